using StreamPerceiver.Flow;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Broker.Tests;

/// <summary>
/// The worker on a secured Kafka. With the rights of deploy/kafka-rights.md everything works. Where one of them is missing, a message names it.
/// </summary>
public sealed class SecurityTests(SecuredPipeline secured) : IClassFixture<SecuredPipeline>
{
    [Fact]
    public void The_commands_of_the_document_grant_what_its_table_says()
        => File.ReadAllLines(RepositoryRoot.Path("deploy", "kafka-rights.md")).Where(line => line.StartsWith("$acls ", StringComparison.Ordinal)).ShouldBe(
            SecureBroker.Documented().GroupBy(r => (r.Type, r.Name, r.Pattern)).Select(g =>
                $"$acls {string.Join(' ', g.Select(r => $"--operation {r.Operation}"))} --{g.Key.Type} {g.Key.Name}"
                + (g.Key.Pattern == "literal" ? "" : $" --resource-pattern-type {g.Key.Pattern}")));

    [SkippableFact]
    public void With_the_documented_rights_all_works_and_one_that_is_taken_away_ends_it_with_its_name()
    {
        secured.Broker.Grant("worker", SecureBroker.Documented());
        secured.Publish();
        using (WorkerProcess first = secured.Run("worker"))
        {
            Await(SecuredPipeline.Predictions, 5, first);
            Await(SecuredPipeline.DeadLetters, 1, first);
            first.Terminate().ShouldBe(0, first.Said);
            first.Said.ShouldNotContain("worker-secret");
        }

        // The check of rights leaves no record, even for readers of uncommitted records.
        foreach (string topic in new[] { SecuredPipeline.Predictions, SecuredPipeline.DeadLetters })
            secured.Client.Read(topic, uncommitted: true).Count.ShouldBe(secured.Client.Read(topic).Count);

        using WorkerProcess second = secured.Run("worker");
        int before = secured.Client.Read(SecuredPipeline.Predictions).Count;
        secured.Publish();
        Await(SecuredPipeline.Predictions, before + 5, second);
        secured.Broker.Grant("worker", [.. SecureBroker.Documented().Where(r => r is not { Name: SecuredPipeline.Predictions, Operation: "Write" })]);
        secured.Publish();

        second.AwaitExit().ShouldBe(1, second.Said);
        Refusal(second).ShouldStartWith($"User:worker has no right to Write on topic {SecuredPipeline.Predictions}: ");
    }

    [SkippableTheory]
    [InlineData("topic machines.camera", "Read")]
    [InlineData("topic machine-activity.dead-letters", "Write")]
    [InlineData("topic machine-activity.progress", "Read")]
    [InlineData("topic machine-activity.progress", "Write")]
    [InlineData("topic machines.activity", "Create")]
    [InlineData("group machine-activity", "Read")]
    public void Without_a_right_the_worker_does_not_start_and_names_it(string resource, string operation)
    {
        if (operation == "Create") secured.Broker.DeleteTopic(SecuredPipeline.Predictions);
        secured.Broker.Grant("worker", [.. SecureBroker.Documented().Where(r => ($"{r.Type} {r.Name}", r.Operation) != (resource, operation))]);

        using WorkerProcess worker = secured.Run("worker");

        worker.AwaitExit().ShouldBe(2, worker.Said);
        Refusal(worker).ShouldStartWith($"User:worker has no right to {operation} on {resource}: ");
    }

    [SkippableFact]
    public void Without_the_right_to_its_transactional_id_the_worker_does_not_start_and_names_it()
    {
        secured.Broker.Grant("reader", SecureBroker.Documented()); // topics and group: that of transactional ids is the other user's

        using WorkerProcess worker = secured.Run("reader", settings: "--Kafka:InstanceId=worker-1");

        worker.AwaitExit().ShouldBe(2, worker.Said);
        Refusal(worker).ShouldStartWith("User:reader has no right to Write on transactional id machine-activity-worker-1: ");
    }

    [SkippableFact]
    public void With_a_wrong_password_the_worker_does_not_start_and_names_who_refused_whom()
    {
        using WorkerProcess worker = secured.Run("worker", password: "guessed");

        worker.AwaitExit().ShouldBe(2, worker.Said);
        Refusal(worker).ShouldMatch($"^User:worker could not authenticate with sasl_ssl://{secured.Broker.Address}/\\w+: .*Invalid username or password");
        worker.Said.ShouldNotContain("guessed");
    }

    [SkippableFact]
    public void With_an_unknown_CA_the_worker_does_not_start_and_names_the_broker()
    {
        using WorkerProcess worker = secured.Run("worker", ca: secured.UnknownCa());

        worker.AwaitExit().ShouldBe(2, worker.Said);
        Refusal(worker).ShouldMatch($"^User:worker could not authenticate with sasl_ssl://{secured.Broker.Address}/\\w+: .*certificate verify failed");
    }

    // Returns the one line with the refusal. All other lines are of level Information.
    private static string Refusal(WorkerProcess worker)
    {
        string line = worker.Said.Split('\n').Where(l => l.Contains(" crit: ", StringComparison.Ordinal)).ShouldHaveSingleItem();
        return line[(line.IndexOf(" is refused: ", StringComparison.Ordinal) + " is refused: ".Length)..];
    }

    private void Await(string topic, int count, WorkerProcess worker)
    {
        IReadOnlyList<SourceRecord> read = [];
        for (int attempt = 0; attempt < 100; attempt++)
        {
            read = secured.Client.Read(topic);
            if (read.Count >= count) return;
        }

        throw new TimeoutException($"{topic}: {read.Count} records, expected {count}; the worker said:\n{worker.Said}");
    }
}
