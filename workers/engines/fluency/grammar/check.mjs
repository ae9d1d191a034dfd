// The grammar checker's own process: a JSON line in, a JSON line out, until its input closes.
//   {"id": 1, "text": "..."} -> {"id": 1, "found": [{rule, kind, start, end, message, instead}]}
// `start` and `end` count characters (code points) of the text. Nothing is fetched.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { brotliDecompressSync } from "node:zlib";
import { createBinaryModuleFromUrl, Dialect, LocalLinter } from "./vendor/harper/index.js";

const here = (name) => new URL(`./vendor/harper/${name}`, import.meta.url);
const binary = brotliDecompressSync(readFileSync(here("harper_wasm_slim_bg.wasm.br")));
// the library loads its program by address; ours is unpacked here, and there is no other address
globalThis.fetch = async () =>
  new Response(binary, { headers: { "content-type": "application/wasm" } });

const say = (message) => process.stdout.write(JSON.stringify(message) + "\n");
const linter = new LocalLinter({
  binary: createBinaryModuleFromUrl("harper_wasm_slim", "slim"),
  dialect: Dialect[process.argv[2] ?? "American"],
});
await linter.setup();
// how words are written is the transcriber's, and looking every name up takes most of the time
await linter.setLintConfig({ ...(await linter.getLintConfig()), SpellCheck: false });
say({ ready: true });

for await (const line of createInterface({ input: process.stdin })) {
  const { id, text } = JSON.parse(line);
  try {
    const rules = await linter.organizedLints(text, { language: "plaintext" });
    const found = Object.entries(rules).flatMap(([rule, lints]) =>
      lints.map((lint) => {
        const { start, end } = lint.span();
        return {
          rule, start, end, kind: lint.lint_kind(), message: lint.message(),
          instead: lint.suggestions().map((one) => one.get_replacement_text()),
        };
      }),
    );
    say({ id, found });
  } catch (error) {
    say({ id, error: String(error) });
  }
}
