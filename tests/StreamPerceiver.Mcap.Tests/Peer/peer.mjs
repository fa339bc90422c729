// Reads and writes MCAP files with the independent implementation, for the tests beside it.
//   node peer.mjs MODULES read FILE                              prints what is in the file, as one JSON object
//   node peer.mjs MODULES write FILE COMPRESSION MESSAGES BYTES  writes a file, and prints what it has written in the same form
// MODULES is the folder that has node_modules. COMPRESSION is lz4 (by the program lz4), zstd or none.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const [modules, verb, file, ...rest] = process.argv.slice(2);
const require = createRequire(join(resolve(modules), "package.json"));
const { McapIndexedReader, McapStreamReader, McapWriter } = require("@mcap/core");
const { FileHandleReadable, FileHandleWritable } = require("@mcap/nodejs");
const { loadDecompressHandlers } = require("@mcap/support");
const zstd = require("@foxglove/wasm-zstd");

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
const byId = (a, b) => a.id - b.id;
const schemaOf = ({ id, name, encoding, data }) => ({ id, name, encoding, data: Buffer.from(data).toString("hex") });
const channelOf = ({ id, schemaId, topic, messageEncoding, metadata }) =>
  ({ id, schemaId, topic, messageEncoding, metadata: Object.fromEntries(metadata) });
const attachmentOf = ({ name, mediaType, logTime, createTime, data }) =>
  ({ name, mediaType, logTime: `${logTime}`, createTime: `${createTime}`, data: sha256(data) });
const metadataOf = ({ name, metadata }) => ({ name, texts: Object.fromEntries(metadata) });

// The hash of all fields of all messages: little-endian, with the payload's length before it.
class MessageHash {
  count = 0;
  #hash = createHash("sha256");
  add({ channelId, sequence, logTime, publishTime, data }) {
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(channelId, 0);
    fields.writeUInt32LE(sequence, 2);
    fields.writeBigUInt64LE(logTime, 6);
    fields.writeBigUInt64LE(publishTime, 14);
    fields.writeUInt32LE(data.length, 22);
    this.#hash.update(fields).update(data);
    this.count++;
  }
  end() {
    return this.#hash.digest("hex");
  }
}

async function read() {
  const decompressHandlers = await loadDecompressHandlers();
  const streamed = new MessageHash();
  const reader = new McapStreamReader({ decompressHandlers, validateCrcs: true });
  for await (const bytes of createReadStream(file, { highWaterMark: 1 << 20 })) {
    reader.append(bytes);
    for (let record; (record = reader.nextRecord()); ) if (record.type === "Message") streamed.add(record);
  }
  if (!reader.done()) throw new Error("the file has no end");

  const handle = await open(file);
  const indexed = await McapIndexedReader.Initialize({ readable: new FileHandleReadable(handle), decompressHandlers });
  const ordered = new MessageHash();
  for await (const message of indexed.readMessages({ validateCrcs: true })) ordered.add(message);
  const attachments = [], metadata = [];
  for await (const attachment of indexed.readAttachments({ validateCrcs: true })) attachments.push(attachmentOf(attachment));
  for await (const texts of indexed.readMetadata()) metadata.push(metadataOf(texts));
  await handle.close();
  const { header, statistics, chunkIndexes } = indexed;
  return {
    profile: header.profile,
    schemas: [...indexed.schemasById.values()].map(schemaOf).sort(byId),
    channels: [...indexed.channelsById.values()].map(channelOf).sort(byId),
    messages: Number(statistics.messageCount),
    fileOrder: streamed.end(),
    timeOrder: ordered.count === streamed.count ? ordered.end() : `${ordered.count} messages of ${streamed.count}`,
    compression: [...new Set(chunkIndexes.map((c) => c.compression))].join(),
    attachments,
    metadata,
  };
}

async function write(compression, messages, bytes) {
  await zstd.isLoaded;
  const compress = {
    none: undefined,
    lz4: (data) => ({ compression: "lz4", compressedData: execFileSync("lz4", ["-zcq"], { input: data, maxBuffer: 1 << 28 }) }),
    zstd: (data) => ({ compression: "zstd", compressedData: zstd.compress(data) }),
  };
  const handle = await open(file, "w");
  const writer = new McapWriter({ writable: new FileHandleWritable(handle), compressChunk: compress[compression] });
  await writer.start({ profile: "peer", library: "" });
  const schema = { name: "reading", encoding: "jsonschema", data: Buffer.from("{}") };
  const schemaId = await writer.registerSchema(schema);
  const channels = [
    { schemaId, topic: "imu", messageEncoding: "json", metadata: new Map([["partition", "0"]]) },
    { schemaId: 0, topic: "sound", messageEncoding: "", metadata: new Map() },
  ];
  for (const channel of channels) channel.id = await writer.registerChannel(channel);
  const attachment = { name: "photo", mediaType: "image/jpeg", logTime: 7n, createTime: 8n, data: Buffer.from([1, 2, 3]) };
  await writer.addAttachment(attachment);
  const texts = { name: "machine", metadata: new Map([["name", "press 4"], ["site", "Zürich"]]) };
  await writer.addMetadata(texts);
  const hash = new MessageHash();
  let state = 1;
  for (let i = 0; i < messages; i++) {
    // Half of the words repeat, so that there is something to compress.
    const words = new Uint32Array(Math.ceil(bytes / 4));
    for (let w = 0; w < words.length; w++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      words[w] = w % 2 ? i : state;
    }
    // Neighbours change places in time.
    const logTime = 1000n + BigInt(i ^ 1);
    const message = { channelId: channels[i % 3 ? 0 : 1].id, sequence: i, logTime, publishTime: BigInt(i), data: new Uint8Array(words.buffer, 0, bytes) };
    hash.add(message);
    await writer.addMessage(message);
  }
  await writer.end();
  await handle.close();
  return {
    profile: "peer",
    schemas: [schemaOf({ id: schemaId, ...schema })],
    channels: channels.map(channelOf),
    messages: hash.count,
    fileOrder: hash.end(),
    compression: compression === "none" ? "" : compression,
    attachments: [attachmentOf(attachment)],
    metadata: [metadataOf(texts)],
  };
}

console.log(JSON.stringify(verb === "read" ? await read() : await write(rest[0], Number(rest[1]), Number(rest[2]))));
