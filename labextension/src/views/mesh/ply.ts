// A mesh as a PLY file: binary, little endian, coordinates as float32 (G. Turk, 1994).

export interface PlyParts {
  positions: Float32Array;
  colors: Uint8Array | null;
  triangles: Uint32Array;
  /** Said in the file; each a line. */
  comments?: readonly string[];
}

export function plyOf({ positions, colors, triangles, comments = [] }: PlyParts): ArrayBuffer {
  const count = positions.length / 3;
  const faces = triangles.length / 3;
  const lines = [
    "ply",
    "format binary_little_endian 1.0",
    ...comments.map((comment) => `comment ${comment.replace(/[^\x20-\x7e]+/g, " ")}`),
    `element vertex ${count}`,
    ...["x", "y", "z"].map((name) => `property float ${name}`),
    ...(colors ? ["red", "green", "blue"].map((name) => `property uchar ${name}`) : []),
    ...(faces ? [`element face ${faces}`, "property list uchar uint vertex_indices"] : []),
    "end_header\n",
  ];
  const header = new TextEncoder().encode(lines.join("\n"));
  const file = new ArrayBuffer(header.length + count * (colors ? 15 : 12) + faces * 13);
  new Uint8Array(file).set(header);
  const view = new DataView(file);
  let at = header.length;
  for (let i = 0; i < 3 * count; i += 3) {
    for (let axis = 0; axis < 3; axis++, at += 4) view.setFloat32(at, positions[i + axis]!, true);
    if (colors) for (let k = 0; k < 3; k++) view.setUint8(at++, colors[i + k]!);
  }
  for (let i = 0; i < triangles.length; i += 3) {
    view.setUint8(at++, 3);
    for (let k = 0; k < 3; k++, at += 4) view.setUint32(at, triangles[i + k]!, true);
  }
  return file;
}
