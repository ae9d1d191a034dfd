// MoveNet (Lightning) and the MediaPipe face mesh on TensorFlow.js' WebAssembly backend, from our
// own static files. Runs in the worker only.

export const SIDE = 192;

export class Model {
  #tf;
  #pose;
  #face;

  /** Fetches what `urls` names; tells `progress` the bytes that came. */
  static async load(urls, progress) {
    const model = new Model();
    // they add to the global tf, each to what the one before it made
    for (const name of ["core", "converter", "backend"]) await import(urls[name]);
    const tf = globalThis.tf;
    model.#tf = tf;
    // it asks for a path of each build; support.js lets only browsers with SIMD come this far, and
    // threads need a page that is isolated from all others
    const builds = ["", "-simd", "-threaded-simd"].map((build) => [`tfjs-backend-wasm${build}.wasm`, urls.wasm]);
    tf.wasm.setWasmPaths(Object.fromEntries(builds));
    const [given, ...parts] = await Promise.all([
      tf.setBackend("wasm"),
      ...[urls.pose, urls["pose-weights"], urls.face, urls["face-weights"]].map((url) => bytes(url, progress)),
    ]);
    if (!given) throw new Error("no WebAssembly backend");
    model.#pose = await graph(tf, parts[0], parts[1]);
    model.#face = await graph(tf, parts[2], parts[3]);
    // the first run lays out memory: nobody should wait for it later
    const nothing = new Uint8ClampedArray(4 * SIDE * SIDE);
    model.pose(nothing);
    model.face(nothing);
    return model;
  }

  /** 17 times y, x, likelihood of a square picture of SIDE pixels (RGBA). */
  pose(rgba) {
    const input = this.#tf.tensor(colours(rgba, Int32Array, 1), [1, SIDE, SIDE, 3], "int32");
    return this.#run(this.#pose, input, ["Identity:0"])[0];
  }

  /** 468 [x, y, z] in pixels of the picture, or null where there is no face. */
  face(rgba) {
    const input = this.#tf.tensor(colours(rgba, Float32Array, 1 / 255), [1, SIDE, SIDE, 3]);
    const [mesh, [likely]] = this.#run(this.#face, input, ["output_mesh", "output_faceflag"]);
    if (likely < 0.5) return null;
    return Array.from({ length: mesh.length / 3 }, (_, index) => [...mesh.subarray(3 * index, 3 * index + 3)]);
  }

  #run(graphModel, input, wanted) {
    const given = graphModel.execute(input, wanted);
    const found = [given].flat();
    const values = found.map((tensor) => tensor.dataSync());
    for (const tensor of [input, ...found]) tensor.dispose();
    return values;
  }
}

function graph(tf, description, weightData) {
  const { modelTopology, signature, weightsManifest } = JSON.parse(new TextDecoder().decode(description));
  const weightSpecs = weightsManifest.flatMap((group) => group.weights);
  return tf.loadGraphModel({ load: async () => ({ modelTopology, signature, weightSpecs, weightData }) });
}

/** Red, green and blue of each pixel, times `scale`. */
function colours(rgba, Numbers, scale) {
  const rgb = new Numbers((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4) {
    rgb[to++] = rgba[from] * scale;
    rgb[to++] = rgba[from + 1] * scale;
    rgb[to++] = rgba[from + 2] * scale;
  }
  return rgb;
}

async function bytes(url, progress) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${answer.status} ${url}`);
  const pieces = [];
  for (const reader = answer.body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    pieces.push(value);
    progress(value.length);
  }
  return new Blob(pieces).arrayBuffer();
}
