using System.Buffers.Binary;
using System.Text;
using StreamPerceiver.Mcap;
using StreamPerceiver.Recordings.Import;
using StreamPerceiver.Recordings.Ros;
using StreamPerceiver.Recordings.Ros.Payloads;

namespace StreamPerceiver.Recordings.Tests.Ros;

/// <summary>Payloads and definitions with wrong bytes: each becomes a payload or a <see cref="RosException"/>, and takes a bounded amount of memory.</summary>
public sealed class RosFuzzTests
{
    private const int Mutations = 4000;

    // All that one mutated payload may take, with what is freed meanwhile. The payloads have some 300 bytes.
    private const long MostAllocated = 4L << 20;

    private static readonly uint[] Numbers = [0, 1, 4, 255, 65_535, 1 << 20, int.MaxValue, 1u << 31, uint.MaxValue - 3, uint.MaxValue];

    private static readonly PayloadWish Wish = new(ContentType: "audio/mpeg");

    [Fact]
    public void Wrong_bytes_of_a_payload_give_a_payload_or_a_reason()
    {
        (RosMessageType Type, IRosPayloads Payloads, byte[] Payload)[] samples = [.. Samples()];
        int whole = 0;
        for (int seed = 0; seed < Mutations; seed++)
        {
            var random = new Random(seed);
            (RosMessageType type, IRosPayloads payloads, byte[] payload) = samples[seed % samples.Length];
            if (IsBounded(() => payloads.Convert(CdrReader.Read(type, Mutate(payload, random))))) whole++;
        }

        whole.ShouldBeInRange(1, Mutations - 1, "some mutations are harmless, and most are not");
    }

    [Fact]
    public void Wrong_bytes_of_a_definition_give_a_type_or_a_reason()
    {
        byte[][] definitions = [.. Bag().Select(m => m.Channel.Schema!.Data.ToArray()).DistinctBy(d => Encoding.UTF8.GetString(d))];
        int whole = 0;
        for (int seed = 0; seed < Mutations; seed++)
        {
            byte[] definition = Mutate(definitions[seed % definitions.Length], new Random(seed));
            if (IsBounded(() => PayloadChoice.For(RosDefinition.Parse("sensor_msgs/msg/Imu", definition), Wish))) whole++;
        }

        whole.ShouldBeInRange(1, Mutations - 1, "some mutations are harmless, and most are not");
    }

    private static bool IsBounded(Action action)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool isWhole = true;
        try
        {
            action();
        }
        catch (RosException e)
        {
            e.Message.Length.ShouldBeLessThan(2000);
            isWhole = false;
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(MostAllocated);
        return isWhole;
    }

    private static IEnumerable<BagMessage> Bag() => BagFile.Open(Bags.Golden("rosbag", "rover.mcap")).Read(_ => true);

    // A payload of each type that has an import of its own; the transforms have none.
    private static IEnumerable<(RosMessageType Type, IRosPayloads Payloads, byte[] Payload)> Samples()
    {
        foreach (IGrouping<string, BagMessage> topic in Bag().Where(m => m.Channel.Channel.Topic != "/tf").GroupBy(m => m.Channel.Channel.Topic))
        {
            McapSchema schema = topic.First().Channel.Schema!;
            RosMessageType type = RosDefinition.Parse(schema.Name, schema.Data.Span);
            IRosPayloads payloads = PayloadChoice.For(type, Wish);
            foreach (BagMessage message in topic.Take(6)) yield return (type, payloads, message.Message.Data.ToArray());
        }
    }

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        byte[] mutated = [.. bytes];
        for (int change = random.Next(1, 4); change > 0 && mutated.Length > 8; change--)
        {
            int at = random.Next(mutated.Length - 4), count = random.Next(1, Math.Min(16, mutated.Length - at));
            switch (random.Next(6))
            {
                case 0: mutated[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: mutated[at] = (byte)random.Next(256); break;
                case 2: BinaryPrimitives.WriteUInt32LittleEndian(mutated.AsSpan(at & ~3), Numbers[random.Next(Numbers.Length)]); break;
                case 3: mutated = mutated[..at]; break;
                case 4: mutated = [.. mutated[..at], .. mutated[(at + count)..]]; break;
                default: mutated = [.. mutated[..at], .. mutated[at..(at + count)], .. mutated[at..]]; break;
            }
        }

        return mutated;
    }
}
