// What may become an <img>: bytes that begin as one of the raster formats named here.
// Nothing else (above all no SVG, which can carry script) ever gets a blob URL.

export type Format = "png" | "jpeg" | "gif";

/** The format the bytes themselves show, whatever anybody says about them. */
export function sniff(bytes: Uint8Array): Format | null {
  const starts = (...signature: number[]) => signature.every((byte, i) => bytes[i] === byte);
  if (starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return "png";
  if (starts(0xff, 0xd8, 0xff)) return "jpeg";
  if (starts(0x47, 0x49, 0x46, 0x38) && (bytes[4] === 0x37 || bytes[4] === 0x39)) {
    return bytes[5] === 0x61 ? "gif" : null;
  }
  return null;
}
