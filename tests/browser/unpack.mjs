// Unpacks one brotli file: node unpack.mjs IN OUT. Node has brotli; Python's standard library has not.
import { createReadStream, createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";

const [, , source, target] = process.argv;
await pipeline(createReadStream(source), createBrotliDecompress(), createWriteStream(target));
