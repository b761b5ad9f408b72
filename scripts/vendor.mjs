#!/usr/bin/env node
// Copies the browser modules that Hunch and the ops dashboard stand on out of node_modules into
// their folders for vendored files, and writes VENDOR.toml with the hash of each file.
//
// Run it after changing a version in package.json:  node scripts/vendor.mjs
// The results are committed: players and operators need no Node.

import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const HUNCH = join(ROOT, 'sample_game', 'static', 'vendor');
const DASHBOARD = join(ROOT, 'relayer', 'ops', 'static', 'ops', 'vendor');

/** What the page needs of packages that are bundled: keys and signatures, one hash, words, QR codes. */
const ENTRIES = {
  'noble-secp256k1-keccak': `
export { secp256k1 } from '@noble/curves/secp256k1';
export { keccak_256 } from '@noble/hashes/sha3';
`,
  'bip39-english': "export { wordlist } from '@scure/bip39/wordlists/english.js';",
  uqr: "export { encode } from 'uqr';",
  uplot: "export { default } from 'uplot';",
};

const MODULES = [
  { name: 'htm', package: 'htm', source: 'dist/htm.mjs', make: copied },
  { name: 'preact', package: 'preact', source: 'dist/preact.mjs', make: copied },
  { name: 'preact-hooks', package: 'preact', source: 'hooks/dist/hooks.mjs', make: copied },
  {
    name: 'noble-secp256k1-keccak',
    package: '@noble/curves',
    source: '@noble/curves/secp256k1 and @noble/hashes/sha3, bundled by esbuild',
    make: bundled,
  },
  {
    name: 'bip39-english',
    package: '@scure/bip39',
    source: '@scure/bip39/wordlists/english.js, bundled by esbuild',
    make: bundled,
  },
  { name: 'uqr', package: 'uqr', source: 'dist/index.mjs, encode only, bundled by esbuild', make: bundled },
];

const PLOTS = [
  { name: 'uplot', package: 'uplot', source: 'dist/uPlot.esm.js, bundled by esbuild', make: bundled },
  { name: 'uplot', package: 'uplot', source: 'dist/uPlot.min.css', make: copied },
];

/** The file as published, without the comment that names a source map we do not ship. */
async function copied(module) {
  const published = await readFile(join(ROOT, 'node_modules', module.package, module.source), 'utf8');
  const text = published.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, '\n');
  return { text, packages: [module.package] };
}

async function bundled({ name }) {
  const result = await build({
    stdin: { contents: ENTRIES[name], resolveDir: ROOT, loader: 'js' },
    bundle: true,
    format: 'esm',
    legalComments: 'eof',
    metafile: true,
    minify: true,
    platform: 'browser',
    target: 'es2022',
    write: false,
  });
  const inputs = Object.values(result.metafile.outputs).flatMap((output) => Object.entries(output.inputs));
  const used = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => packageOf(path));
  return { text: result.outputFiles[0].text, packages: [...new Set(used)].filter(Boolean).sort() };
}

/** @example packageOf('node_modules/@noble/curves/esm/x.js') === '@noble/curves' */
function packageOf(path) {
  return path.match(/.*node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1];
}

async function packageFacts(name) {
  const { version, license } = JSON.parse(await readFile(join(ROOT, 'node_modules', name, 'package.json'), 'utf8'));
  return { version, license };
}

async function copyLicence(name, target) {
  const folder = join(ROOT, 'node_modules', name);
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  if (!file) throw new Error(`${name} ships no licence text: add it by hand before vendoring it`);
  await copyFile(join(folder, file), join(target, `LICENSE.${name.replace('/', '-').replace('@', '')}.txt`));
}

async function vendor(module, target) {
  const { version, license } = await packageFacts(module.package);
  const file = `${module.name}-${version}${module.source.endsWith('.css') ? '.css' : '.js'}`;
  const { text, packages } = await module.make(module);
  await writeFile(join(target, file), text);
  for (const name of packages) await copyLicence(name, target);
  const sha256 = createHash('sha256').update(text).digest('hex');
  return [
    '[[module]]',
    `name = "${module.name}"`,
    `version = "${version}"`,
    `licence = "${license}"`,
    `file = "${file}"`,
    `sha256 = "${sha256}"`,
    `source = "npm:${module.package}@${version} ${module.source}"`,
    `contains = ${JSON.stringify(packages)}`,
  ].join('\n');
}

async function ship(modules, target, whose) {
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  const entries = [];
  for (const module of modules) entries.push(await vendor(module, target));
  const heading = `# Browser modules shipped with ${whose}. Written by scripts/vendor.mjs; a test re-hashes every file.`;
  await writeFile(join(target, 'VENDOR.toml'), `${heading}\n\n${entries.join('\n\n')}\n`);
  process.stdout.write(`${entries.length} modules written to ${target}\n`);
}

await ship(MODULES, HUNCH, 'Hunch');
await ship(PLOTS, DASHBOARD, 'the ops dashboard');
