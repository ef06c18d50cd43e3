// node-soap as its manual shows it: no schema check; objects with dates, the rest texts.
// Run: node with_node_soap.js URL WSDL SECONDS (with NODE_PATH to where `soap` is installed)
const fs = require("fs");
const soap = require("soap");
const [url, wsdl, seconds] = process.argv.slice(2);
// It is compiled while it runs: after less than this it still gets faster.
const WARM_UP_SECONDS = 3;

const question = {
  informationCustomer: {
    ticket: "3f0c2d1e-0000-4000-8000-000000000001",
    timestampSent: "2024-05-06T07:08:09Z",
    customerIdentification: { cbeNumber: "0000000097" },
  },
  legalContext: "MOCK:DEMONSTRATION",
  criteria: {
    ssin: "85023000125",
    period: { beginMonth: "2010-01", endMonth: "2023-12" },
    authenticSources: { authenticSource: ["FLANDERS", "WALLONIA"] },
  },
};

const list = (value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

function periods(answer) {
  let found = 0;
  for (const result of list(answer.results.resultByAuthenticSource))
    for (const file of list(result.files && result.files.file))
      for (const child of list(file.children.child))
        found += list(child.paymentPeriods.paymentPeriod).length;
  return found;
}

// What resourceUsage reports outlives exec: it would be the memory of the benchmark itself.
function peakMb() {
  const status = "/proc/self/status";
  const told = fs.existsSync(status) && /VmHWM:\s+(\d+) kB/.exec(fs.readFileSync(status, "utf8"));
  return (told ? Number(told[1]) : process.resourceUsage().maxRSS) / 1024;
}

async function main() {
  const client = await soap.createClientAsync(wsdl, { endpoint: url });
  client.setEndpoint(url);
  const http = require("http");
  const agent = new http.Agent({ keepAlive: true });
  const lookup = async () =>
    (await client.consultFilesBySsinAsync(question, { httpAgent: agent, agent }))[0];
  const spent = () => {
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1e6;
  };
  let start = process.cpuUsage();
  while (spent() < WARM_UP_SECONDS) await lookup();
  start = process.cpuUsage();
  const wall = process.hrtime.bigint();
  let done = 0, found;
  while (spent() < Number(seconds)) {
    for (let each = 0; each < 10; each++) found = await lookup();
    done += 10;
  }
  const cpu = spent(), elapsed = Number(process.hrtime.bigint() - wall) / 1e9;
  process.stdout.write(JSON.stringify({
    cpu_ms: (cpu / done) * 1000,
    per_second: done / elapsed,
    peak_mb: peakMb(),
    periods: periods(found),
    version: `node-soap ${require("soap/package.json").version}, node ${process.versions.node}`,
  }));
  process.exit(0);
}
main();
