// Decodes a ROS 2 bag with the independent implementations of MCAP and of CDR, for the tests beside it.
//   node decode.mjs MODULES BAG    prints a line of JSON a message, in the order of the file: {"topic": ..., "message": ...}
// Whole numbers of 64 bits are texts. NaN and infinity are texts.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const [modules, bag] = process.argv.slice(2);
const require = createRequire(join(resolve(modules), "package.json"));
const { McapStreamReader } = require("@mcap/core");
const { loadDecompressHandlers } = require("@mcap/support");
const { parse } = require("@foxglove/rosmsg");
const { MessageReader } = require("@foxglove/rosmsg2-serialization");

const plain = (_, v) =>
  typeof v === "bigint" || (typeof v === "number" && !Number.isFinite(v)) ? `${v}` : ArrayBuffer.isView(v) ? [...v].map((x) => plain("", x)) : v;
const reader = new McapStreamReader({ decompressHandlers: await loadDecompressHandlers() });
reader.append(await readFile(bag));
const schemas = new Map(), channels = new Map(), readers = new Map();
for (let record; (record = reader.nextRecord()); ) {
  if (record.type === "Schema") schemas.set(record.id, record);
  if (record.type === "Channel") channels.set(record.id, record);
  if (record.type !== "Message") continue;
  const channel = channels.get(record.channelId);
  if (!readers.has(channel.id)) {
    const definition = parse(Buffer.from(schemas.get(channel.schemaId).data).toString(), { ros2: true });
    readers.set(channel.id, new MessageReader(definition, { timeType: "sec,nanosec" }));
  }
  const message = readers.get(channel.id).readMessage(record.data);
  console.log(JSON.stringify({ topic: channel.topic, message }, plain));
}
