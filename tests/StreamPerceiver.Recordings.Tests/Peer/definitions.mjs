// Definitions of ROS 2's common interfaces (https://github.com/ros2/common_interfaces), as far as the bag of the tests uses them.
const parts = {
  "std_msgs/Header": `# Standard metadata for higher-level stamped data types.
builtin_interfaces/Time stamp
string frame_id`,
  "builtin_interfaces/Time": `# The seconds component, valid over all int32 values.
int32 sec
uint32 nanosec`,
  "geometry_msgs/Quaternion": `float64 x 0
float64 y 0
float64 z 0
float64 w 1`,
  "geometry_msgs/Vector3": `float64 x
float64 y
float64 z`,
  "geometry_msgs/Point": `float64 x
float64 y
float64 z`,
  "geometry_msgs/Pose": `Point position
Quaternion orientation`,
  "geometry_msgs/PoseWithCovariance": `Pose pose
float64[36] covariance`,
  "geometry_msgs/Twist": `Vector3  linear
Vector3  angular`,
  "geometry_msgs/TwistWithCovariance": `Twist twist
float64[36] covariance`,
  "geometry_msgs/Transform": `Vector3 translation
Quaternion rotation`,
  "geometry_msgs/TransformStamped": `std_msgs/Header header
string child_frame_id
Transform transform`,
  "sensor_msgs/NavSatStatus": `int8 STATUS_NO_FIX =  -1        # unable to fix position
int8 STATUS_FIX =      0        # unaugmented fix
int8 status
uint16 SERVICE_GPS =     1
uint16 service`,
  "sensor_msgs/PointField": `uint8 INT8    = 1
uint8 FLOAT32 = 7
string name      # Name of field
uint32 offset    # Offset from start of point struct
uint8  datatype  # Datatype enumeration, see above
uint32 count     # How many elements in the field`,
  "std_msgs/MultiArrayDimension": `string label   # label of given dimension
uint32 size    # size of given dimension
uint32 stride  # stride of given dimension`,
  "std_msgs/MultiArrayLayout": `MultiArrayDimension[] dim # Array of dimension properties
uint32 data_offset        # padding bytes at front of data`,
};

const header = ["std_msgs/Header", "builtin_interfaces/Time"];
const pose = ["geometry_msgs/Point", "geometry_msgs/Quaternion"];
const define = (text, ...names) => [text, ...names.map((name) => `${"=".repeat(80)}\nMSG: ${name}\n${parts[name]}`)].join("\n");
const image = `std_msgs/Header header
uint32 height
uint32 width
string encoding       # Encoding of pixels -- channel meaning, ordering, size
uint8 is_bigendian    # is this data bigendian?
uint32 step           # Full row length in bytes
uint8[] data          # actual matrix data, size is (step * rows)`;

/** Each type with its definition and those that it uses, as rosbag2 stores them. */
export const definitions = {
  "sensor_msgs/msg/CompressedImage": define("std_msgs/Header header\nstring format\nuint8[] data", ...header),
  "sensor_msgs/msg/Image": define(image, ...header),
  "sensor_msgs/msg/Imu": define(`std_msgs/Header header
geometry_msgs/Quaternion orientation
float64[9] orientation_covariance # Row major about x, y, z axes
geometry_msgs/Vector3 angular_velocity
float64[9] angular_velocity_covariance
geometry_msgs/Vector3 linear_acceleration
float64[9] linear_acceleration_covariance`, ...header, "geometry_msgs/Quaternion", "geometry_msgs/Vector3"),
  "sensor_msgs/msg/NavSatFix": define(`std_msgs/Header header
NavSatStatus status
float64 latitude
float64 longitude
float64 altitude
float64[9] position_covariance
uint8 COVARIANCE_TYPE_UNKNOWN = 0
uint8 position_covariance_type`, ...header, "sensor_msgs/NavSatStatus"),
  "sensor_msgs/msg/PointCloud2": define(`std_msgs/Header header
uint32 height
uint32 width
PointField[] fields
bool    is_bigendian
uint32  point_step
uint32  row_step
uint8[] data
bool is_dense`, ...header, "sensor_msgs/PointField"),
  "sensor_msgs/msg/LaserScan": define(`std_msgs/Header header
float32 angle_min
float32 angle_max
float32 angle_increment
float32 time_increment
float32 scan_time
float32 range_min
float32 range_max
float32[] ranges
float32[] intensities`, ...header),
  "sensor_msgs/msg/Range": define(`std_msgs/Header header
uint8 ULTRASOUND=0
uint8 radiation_type
float32 field_of_view
float32 min_range
float32 max_range
float32 range`, ...header),
  "sensor_msgs/msg/Temperature": define("std_msgs/Header header\nfloat64 temperature\nfloat64 variance", ...header),
  "std_msgs/msg/String": "string data",
  "std_msgs/msg/Int64": "int64 data",
  "std_msgs/msg/Float32MultiArray": define("MultiArrayLayout  layout\nfloat32[]         data", "std_msgs/MultiArrayLayout", "std_msgs/MultiArrayDimension"),
  "nav_msgs/msg/Odometry": define(`std_msgs/Header header
string child_frame_id
geometry_msgs/PoseWithCovariance pose
geometry_msgs/TwistWithCovariance twist`, ...header, "geometry_msgs/PoseWithCovariance", "geometry_msgs/Pose", ...pose,
    "geometry_msgs/TwistWithCovariance", "geometry_msgs/Twist", "geometry_msgs/Vector3"),
  "tf2_msgs/msg/TFMessage": define("geometry_msgs/TransformStamped[] transforms", "geometry_msgs/TransformStamped", ...header,
    "geometry_msgs/Transform", "geometry_msgs/Vector3", "geometry_msgs/Quaternion"),
  "audio_common_msgs/msg/AudioData": "uint8[] data",
  "foxglove_msgs/msg/RawAudio": define(`builtin_interfaces/Time timestamp
uint8[] data
string format
uint32 sample_rate
uint32 number_of_channels`, "builtin_interfaces/Time"),
};
