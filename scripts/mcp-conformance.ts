// Runs the scenarios of the official MCP conformance suite that apply to Weir: its connections as the client, /mcp as the
// server. Ends with code 1 when one fails. docs/workflows/mcp.md says why the others do not apply.
import { runConformance } from './mcp-conformance/run-conformance.ts';

const results = await runConformance();
for (const { side, scenario, passed, text } of results) {
  console.log(`${passed ? 'pass' : 'FAIL'}  ${side}  ${scenario}`);
  if (!passed) console.log(text);
}
const failed = results.filter(({ passed }) => !passed).length;
console.log(`${results.length - failed} of ${results.length} scenarios pass`);
process.exitCode = failed === 0 ? 0 : 1;
