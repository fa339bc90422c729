// Writes a ROS 2 bag with the independent implementations of MCAP and of CDR, for the tests beside it.
//   node rosbag.mjs MODULES BAG EXPECTED
// MODULES is the folder that has node_modules. BAG is the MCAP file. EXPECTED gets what was written: by topic, a line of JSON a message.
// Texts are ASCII: this writer cuts others short.
import { open, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { definitions } from "./definitions.mjs";

const [modules, bag, expected] = process.argv.slice(2);
const require = createRequire(join(resolve(modules), "package.json"));
const { McapWriter } = require("@mcap/core");
const { FileHandleWritable } = require("@mcap/nodejs");
const { parse } = require("@foxglove/rosmsg");
const { MessageWriter } = require("@foxglove/rosmsg2-serialization");
const zstd = require("@foxglove/wasm-zstd");

const jpeg = await readFile(new URL("picture.jpg", import.meta.url)); // of 16 x 12 pixels
const begin = 1700000000n * 1000000000n; // nanoseconds
const delay = 3000000n; // from the stamp to the log, in nanoseconds
const stamp = (t) => ({ sec: Number(t / 1000000000n), nanosec: Number(t % 1000000000n) });
const header = (t, frame_id) => ({ stamp: stamp(t), frame_id });
const vector = (i, scale) => ({ x: Math.fround(Math.sin(i) * scale), y: i / 8, z: -i / 3 });
const zeros = (n) => new Float64Array(n);

// Rows of numbers, with three bytes behind each.
function picture(encoding, width, height, channels, bytes, isBigEndian, number) {
  const step = width * channels * bytes + 3;
  const data = Buffer.alloc(step * height, 0xee);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width * channels; x++) {
      const at = y * step + x * bytes;
      if (bytes === 1) data[at] = number(y, x);
      else if (isBigEndian) data.writeUInt16BE(number(y, x), at);
      else data.writeUInt16LE(number(y, x), at);
    }
  return { height, width, encoding, is_bigendian: isBigEndian ? 1 : 0, step, data };
}

// Encoding, channels, bytes of a number, byte order.
const pictures = [
  ["rgb8", 3, 1, false], ["bgr8", 3, 1, false], ["rgba8", 4, 1, false], ["mono8", 1, 1, false], ["16UC1", 1, 2, true], ["mono16", 1, 2, false],
];

// Points of x, y, z (floats), four bytes of padding, intensity (16 bits), two bytes of padding.
function cloud(points, isBigEndian) {
  const data = Buffer.alloc(20 * points.length, 0xee);
  points.forEach(([x, y, z, intensity], i) => {
    const at = 20 * i;
    for (const [j, v] of [x, y, z].entries()) isBigEndian ? data.writeFloatBE(v, at + 4 * j) : data.writeFloatLE(v, at + 4 * j);
    isBigEndian ? data.writeUInt16BE(intensity, at + 16) : data.writeUInt16LE(intensity, at + 16);
  });
  const field = (name, offset, datatype) => ({ name, offset, datatype, count: 1 });
  return {
    height: 1, width: points.length, fields: [field("x", 0, 7), field("y", 4, 7), field("z", 8, 7), field("intensity", 16, 4)],
    is_bigendian: isBigEndian, point_step: 20, row_step: 20 * points.length, data, is_dense: false,
  };
}

// [topic, type, stamp, message, what is expected], in the order of the log.
const messages = [];
const add = (topic, type, at, message, values) => messages.push({ topic, type, at, message, values });
for (let i = 0; i < 40; i++) {
  const t = begin + BigInt(i) * 100000000n + 123n; // ten a second
  const [orientation, angular_velocity, linear_acceleration] = [{ x: 0, y: 0, z: Math.sin(i), w: Math.cos(i) }, vector(i, 2), vector(i + 1, 9.8)];
  const flat = (name, v) => Object.fromEntries(Object.entries(v).map(([k, x]) => [`${name}.${k}`, x]));
  add("/imu/data", "sensor_msgs/msg/Imu", t, {
    header: header(t, "imu_link"), orientation, orientation_covariance: zeros(9), angular_velocity, angular_velocity_covariance: zeros(9),
    linear_acceleration, linear_acceleration_covariance: zeros(9),
  }, { ...flat("orientation", orientation), ...flat("angular_velocity", angular_velocity), ...flat("linear_acceleration", linear_acceleration) });
  if (i % 5 === 0) {
    const [latitude, longitude, altitude] = [47.3769 + i * 1e-5, 8.5417 - i * 1e-5, 408.25 + i];
    const hasFix = i !== 10;
    add("/gps/fix", "sensor_msgs/msg/NavSatFix", t, {
      header: header(t, "gps"), status: { status: hasFix ? 0 : -1, service: 1 }, latitude, longitude, altitude, position_covariance: zeros(9),
      position_covariance_type: 0,
    }, hasFix ? { latitude, longitude, altitude, "status.status": 0 } : null);
    add("/camera/compressed", "sensor_msgs/msg/CompressedImage", t, { header: header(t, "camera"), format: "rgb8; jpeg compressed bgr8", data: jpeg },
      { base64: jpeg.toString("base64") });
    const colours = (y, x) => (31 * y + 7 * x + i) % 256, depths = (y, x) => 1000 * y + 257 * x + i;
    const pixels = (width, height, number) => [...Array(height).keys()].map((y) => [...Array(width).keys()].map((x) => number(y, x)));
    const [encoding, channels, bytes, isBigEndian] = pictures[(i / 5) % pictures.length];
    add("/camera/raw", "sensor_msgs/msg/Image", t, {
      header: header(t, "camera"), ...picture(encoding, 7, 5, channels, bytes, isBigEndian, bytes === 1 ? colours : depths),
    }, { encoding, rows: pixels(7 * channels, 5, bytes === 1 ? colours : depths) });
    const points = [...Array(6).keys()].map((j) => [Math.fround(j + i / 10), Math.fround(-j / 7), j === 3 ? NaN : 0.5, 1000 * j + i]);
    add("/lidar/points", "sensor_msgs/msg/PointCloud2", t, { header: header(t, "lidar"), ...cloud(points, i === 5) },
      { points: points.map((p) => p.map((v) => (Number.isNaN(v) ? null : v))) });
    const ranges = [1, 2.5, Infinity, 0.01, 4], intensities = [10, 20, 30, 40, 50];
    const angle = (j) => -0.5 + Math.fround(0.1) * j;
    const beam = (j) => [ranges[j] * Math.cos(angle(j)), ranges[j] * Math.sin(angle(j)), 0, intensities[j]].map(Math.fround);
    add("/scan", "sensor_msgs/msg/LaserScan", t, {
      header: header(t, "laser"), angle_min: -0.5, angle_max: 0, angle_increment: 0.1, time_increment: 0, scan_time: 0.1, range_min: 0.1, range_max: 30,
      ranges, intensities,
    }, { points: [0, 1, 4].map(beam) });
    add("/sonar", "sensor_msgs/msg/Range", t, {
      header: header(t, "sonar"), radiation_type: 0, field_of_view: 0.5, min_range: 0.25, max_range: 4, range: i === 20 ? Infinity : 1 + i / 16,
    }, { radiation_type: 0, field_of_view: 0.5, min_range: 0.25, max_range: 4, ...(i === 20 ? {} : { range: 1 + i / 16 }) });
    add("/rover_1/temperature", "sensor_msgs/msg/Temperature", t, { header: header(t, ""), temperature: 20 + i / 3, variance: 0.1 },
      { temperature: 20 + i / 3, variance: 0.1 });
    add("/rover_2/temperature", "sensor_msgs/msg/Temperature", t, { header: header(0n, ""), temperature: -i, variance: 0 },
      { temperature: -i, variance: 0, isOfLog: true });
    add("/status", "std_msgs/msg/String", t, { data: `on the way ${i}` }, { text: `on the way ${i}`, isOfLog: true });
    add("/ticks", "std_msgs/msg/Int64", t, { data: 9007199254740993n + BigInt(i) }, { whole: `${9007199254740993n + BigInt(i)}`, isOfLog: true });
    const dim = i === 0 ? [] : [{ label: "rows", size: 2, stride: 6 }, { label: "columns", size: 3, stride: 3 }];
    add("/matrix", "std_msgs/msg/Float32MultiArray", t, { layout: { dim, data_offset: 0 }, data: [i, 1.5, -2, 3, 4, 5.25] },
      { shape: i === 0 ? [6] : [2, 3], numbers: [i, 1.5, -2, 3, 4, 5.25], isOfLog: true });
    const [position, linear] = [{ x: i, y: 2 * i, z: 0 }, vector(i, 3)];
    add("/odom", "nav_msgs/msg/Odometry", t, {
      header: header(t, "odom"), child_frame_id: `base_${i % 2}`,
      pose: { pose: { position, orientation }, covariance: Float64Array.from({ length: 36 }, (_, j) => j + i) },
      twist: { twist: { linear, angular: vector(i, 1) }, covariance: zeros(36) },
    }, { entity: `base_${i % 2}`, vx: linear.x, y: 2 * i, yaw_variance: 35 + i });
    add("/tf", "tf2_msgs/msg/TFMessage", t, {
      transforms: [{ header: header(t, "odom"), child_frame_id: "base", transform: { translation: vector(i, 1), rotation: orientation } }],
    }, null);
    const sound = Buffer.from(Int16Array.from({ length: 160 }, (_, j) => 300 * Math.round(100 * Math.sin(j / 5 + i))).buffer);
    add("/microphone", "foxglove_msgs/msg/RawAudio", t, { timestamp: stamp(t), data: sound, format: "pcm-s16", sample_rate: 1600, number_of_channels: 1 },
      { base64: sound.toString("base64") });
    add("/audio", "audio_common_msgs/msg/AudioData", t, { data: sound.subarray(0, 40) }, { base64: sound.subarray(0, 40).toString("base64"), isOfLog: true });
  }
}

await zstd.isLoaded;
const handle = await open(bag, "w");
const writer = new McapWriter({
  writable: new FileHandleWritable(handle), chunkSize: 16384,
  compressChunk: (data) => ({ compression: "zstd", compressedData: zstd.compress(data) }),
});
await writer.start({ profile: "ros2", library: "rosbag.mjs" });
const channels = new Map();
for (const { topic, type, at, message } of messages) {
  if (!channels.has(topic)) {
    const schemaId = await writer.registerSchema({ name: type, encoding: "ros2msg", data: Buffer.from(definitions[type]) });
    const id = await writer.registerChannel({ schemaId, topic, messageEncoding: "cdr", metadata: new Map([["offered_qos_profiles", ""]]) });
    channels.set(topic, { id, count: 0, serializer: new MessageWriter(parse(definitions[type], { ros2: true })) });
  }
  const channel = channels.get(topic);
  const logTime = at + delay;
  await writer.addMessage({ channelId: channel.id, sequence: channel.count++, logTime, publishTime: logTime, data: channel.serializer.writeMessage(message) });
}
await writer.end();
await handle.close();

const lines = messages.map(({ topic, at, values }) =>
  JSON.stringify({ topic, time: `${values?.isOfLog ? at + delay : at}`, values }));
await writeFile(expected, `${lines.join("\n")}\n`);
