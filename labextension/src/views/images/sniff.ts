// What may become an <img>: bytes that begin as one of the raster formats named here.
// Nothing else (above all no SVG, which can carry script) ever gets a blob URL.

export type Format = "png" | "jpeg" | "gif" | "bmp" | "webp";

/** The format the bytes themselves show, whatever anybody says about them. */
export function sniff(bytes: Uint8Array): Format | null {
  const starts = (...signature: number[]) => signature.every((byte, i) => bytes[i] === byte);
  if (starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return "png";
  if (starts(0xff, 0xd8, 0xff)) return "jpeg";
  if (starts(0x47, 0x49, 0x46, 0x38) && (bytes[4] === 0x37 || bytes[4] === 0x39)) {
    return bytes[5] === 0x61 ? "gif" : null;
  }
  if (starts(0x52, 0x49, 0x46, 0x46) && "WEBP" === text(bytes, 8, 12)) return "webp";
  // After "BM" a size that may be wrong, four bytes of zero, and the length of a known header.
  if (starts(0x42, 0x4d) && BMP_HEADERS.has(bytes[14]!) && !bytes[15] && !bytes[16]) return "bmp";
  return null;
}

const BMP_HEADERS = new Set([12, 16, 40, 52, 56, 64, 108, 124]);

function text(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to));
}
