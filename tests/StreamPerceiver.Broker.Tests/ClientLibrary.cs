using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using StreamPerceiver.Kafka;

namespace StreamPerceiver.Broker.Tests;

/// <summary>Tests make Kafka clients of their own, perhaps before anything of StreamPerceiver is used. The client's library must be chosen before that.</summary>
internal static class ClientLibrary
{
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "Whichever test is the first, this runs before it.")]
    internal static void Choose() => Librdkafka.Choose();
}
