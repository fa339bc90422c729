using Confluent.Kafka;

namespace StreamPerceiver.Kafka.Tests;

/// <summary>
/// Refused credentials end a start, and a broker that is away does not. librdkafka has the same codes for some of both; these are its own messages.
/// </summary>
public sealed class RefusedCredentialsTests
{
    [Theory]
    [InlineData(ErrorCode.Local_Authentication, "SASL authentication error: Authentication failed: Invalid username or password", true)]
    [InlineData(ErrorCode.Local_Authentication, "SASL SCRAM-SHA-256 mechanism handshake failed: Broker: Unsupported SASL mechanism", true)]
    [InlineData(ErrorCode.Local_Authentication, "SASL authentication error: SaslAuthenticateRequest failed: Local: Broker transport failure", false)]
    [InlineData(ErrorCode.Local_Ssl, "SSL handshake failed: error:0A000086:SSL routines::certificate verify failed", true)]
    [InlineData(ErrorCode.Local_Ssl, "SSL handshake failed: error:0A000126:SSL routines::unexpected eof while reading", false)]
    [InlineData(ErrorCode.Local_Ssl, "SSL handshake failed: Disconnected: connecting to a PLAINTEXT broker listener?", false)]
    [InlineData(ErrorCode.Local_Transport, "Connect to ipv4#127.0.0.1:1 failed: Connection refused (after 0ms in state CONNECT)", false)]
    [InlineData(ErrorCode.Local_AllBrokersDown, "1/1 brokers are down", false)]
    public void Credentials_count_as_refused_only_where_the_other_side_has_seen_them(ErrorCode code, string reason, bool refused)
        => new Error(code, $"sasl_ssl://127.0.0.1:9093/bootstrap: {reason}").IsOfCredentials().ShouldBe(refused);
}
