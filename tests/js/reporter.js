// Tells what failed and what was printed, and counts the rest: node --test --test-reporter=./tests/js/reporter.js

import { inspect } from "node:util";

export default async function* report(events) {
  for await (const { type, data } of events) {
    if (type === "test:fail" && data.details?.type !== "suite") {
      yield `not ok: ${data.name} (${data.file}:${data.line})\n${inspect(data.details?.error?.cause)}\n`;
    } else if (type === "test:stdout" || type === "test:stderr") {
      yield data.message;
    } else if (type === "test:diagnostic" && data.nesting === 0) {
      yield `# ${data.message}\n`;
    }
  }
}
