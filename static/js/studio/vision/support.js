// What this browser lacks for looking at the picture in it: a key of the words, or null.

// the smallest module with an instruction on 128 bits: i32.const 0, i8x16.splat, i8x16.popcnt
const SIMD = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
];

export function missing(scope = globalThis) {
  if (!scope.Worker) return "worker";
  if (!scope.OffscreenCanvas) return "canvas";
  if (!scope.VideoFrame && !scope.createImageBitmap) return "canvas";
  if (!scope.WebAssembly?.validate(new Uint8Array(SIMD))) return "wasm";
  return null;
}
