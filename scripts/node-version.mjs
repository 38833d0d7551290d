// Imported first by every verb: a sentence instead of a syntax error on an old Node.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Node ${process.version} is too old for Sluice: 20.19 or newer is needed.`);
  process.exit(1);
}
