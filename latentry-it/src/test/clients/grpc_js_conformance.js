// A grpc-js client with Triton's own protos against a running service.
//
// usage: grpc_js_conformance.js HOST:PORT MODEL CASES.json DESCRIPTORS
//
// CASES.json has rows, and what the library says of them; DESCRIPTORS is what triton_descriptors.py wrote.
'use strict';
const assert = require('assert');
const fs = require('fs');
const util = require('util');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const [address, model, casesFile, descriptors] = process.argv.slice(2);
const cases = JSON.parse(fs.readFileSync(casesFile, 'utf8'));
const definition = loader.loadFileDescriptorSetFromBuffer(fs.readFileSync(descriptors), {
  keepCase: true, longs: String, enums: String, defaults: true, oneofs: true,
});
const { inference } = grpc.loadPackageDefinition(definition);
const client = new inference.GRPCInferenceService(address, grpc.credentials.createInsecure());
const call = (name, request) => util.promisify(client[name]).bind(client)(request);

const rows = cases.numeric.length;
const numbers = cases.numeric.flat().map((x) => (x === null ? NaN : x));
const texts = cases.categorical.flat().map((x) => Buffer.from(x, 'utf8'));

function typed() {
  return [
    { name: 'numeric', datatype: 'FP32', shape: [rows, cases.numeric[0].length], contents: { fp32_contents: numbers } },
    { name: 'categorical', datatype: 'BYTES', shape: [rows, cases.categorical[0].length], contents: { bytes_contents: texts } },
  ];
}

function same(scores, what) {
  assert.strictEqual(scores.length, rows, what);
  const bits = new DataView(new ArrayBuffer(4));
  scores.forEach((score, row) => {
    bits.setFloat32(0, score);
    const got = bits.getInt32(0);
    bits.setInt32(0, cases.score_bits[row]);
    if (!Number.isNaN(bits.getFloat32(0)) || !Number.isNaN(score)) {
      assert.strictEqual(got, cases.score_bits[row], `${what}, row ${row}`);
    }
  });
  console.log('ok:', what);
}

function floats(buffer) {
  return Array.from({ length: buffer.length / 4 }, (_, i) => buffer.readFloatLE(4 * i));
}

function textsOf(buffer) {
  const read = [];
  for (let at = 0; at < buffer.length;) {
    const length = buffer.readUInt32LE(at);
    read.push(buffer.toString('utf8', at + 4, at + 4 + length));
    at += 4 + length;
  }
  return read;
}

async function refused(request, code, words) {
  await assert.rejects(call('ModelInfer', request), (error) => {
    assert.strictEqual(error.code, code);
    assert.ok(error.details.includes(words), error.details);
    return true;
  });
  console.log('ok: refused:', words);
}

async function main() {
  assert.ok((await call('ServerLive', {})).live);
  assert.ok((await call('ServerReady', {})).ready);
  assert.ok((await call('ModelReady', { name: model })).ready);
  const metadata = await call('ModelMetadata', { name: model });
  assert.deepStrictEqual(metadata.inputs.map((i) => i.name), ['numeric', 'categorical']);
  const config = await call('ModelConfig', { name: model });
  assert.strictEqual(config.config.input[1].data_type, 'TYPE_STRING');
  assert.strictEqual((await call('RepositoryIndex', {})).models[0].state, 'READY');

  const outputs = [{ name: 'score' }, { name: 'verdict' }];
  const answer = await call('ModelInfer', { model_name: model, id: 'j-1', inputs: typed(), outputs });
  assert.strictEqual(answer.id, 'j-1');
  same(floats(answer.raw_output_contents[0]), 'typed in, raw out');
  assert.deepStrictEqual(textsOf(answer.raw_output_contents[1]), cases.verdict);

  const raw = Buffer.alloc(4 * numbers.length);
  numbers.forEach((x, i) => raw.writeFloatLE(x, 4 * i));
  const lengths = texts.flatMap((t) => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(t.length);
    return [length, t];
  });
  const bare = typed().map(({ contents, ...rest }) => rest);
  const request = { model_name: model, inputs: bare, outputs, raw_input_contents: [raw, Buffer.concat(lengths)] };
  same(floats((await call('ModelInfer', request)).raw_output_contents[0]), 'raw both ways');
  // Loaded from descriptors, a map is a list of entries.
  const plain = { ...request, parameters: [{ key: 'binary_data_output', value: { bool_param: false } }] };
  same((await call('ModelInfer', plain)).outputs[0].contents.fp32_contents, 'raw in, typed out');

  await refused({ ...request, inputs: typed() }, grpc.status.INVALID_ARGUMENT, 'beside raw_input_contents');
  await refused({ ...request, model_name: 'nobody' }, grpc.status.NOT_FOUND, 'nobody');
  await assert.rejects(call('LogSettings', {}), { code: grpc.status.UNIMPLEMENTED });
  client.close();
  console.log('done');
}

main().catch((failure) => {
  console.error(failure);
  process.exit(1);
});
