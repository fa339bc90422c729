using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using StreamPerceiver.Kafka;

namespace StreamPerceiver.Broker.Tests;

/// <summary>Chooses the Kafka client's library before any test makes a client of its own.</summary>
internal static class ClientLibrary
{
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "Whichever test is the first, this runs before it.")]
    internal static void Choose() => Librdkafka.Choose();
}
