using System.Threading.Tasks.Dataflow;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Ingest;

/// <summary>
/// Gives a pipeline the events of a recording, in their order: it gets the windows of the run that was recorded. Each session has an intake of its own. At the
/// end all inputs of records without a session count as silent. Those of a session stay as they were: what was open then is not published.
/// </summary>
/// <param name="events">The events. Those of other topics than the pipeline's are passed over. A sequence that throws ends the reading.</param>
/// <param name="newIntake">Makes an intake of the pipeline.</param>
/// <param name="flushes">Whether the last windows of records without a session close at the end (default: no).</param>
public sealed class RecordedSource(IEnumerable<RecordedEvent> events, Func<Intake> newIntake, bool flushes = false) : IRecordSource
{
    private readonly Lock _gate = new(); // guards the list of sessions
    private readonly List<RecordedSession> _sessions = [];
    private readonly Dictionary<int, RecordedSession> _owners = []; // by lane

    /// <inheritdoc/>
    public Task Assignment => Task.CompletedTask;

    /// <inheritdoc/>
    public bool HasCommitted => false;

    /// <inheritdoc/>
    public IReadOnlyList<RecordAccount> Accounts
    {
        get
        {
            lock (_gate)
            {
                return
                [
                    .. _sessions.SelectMany(s => s.Intake.Accounts).GroupBy(a => (a.Input, a.Lane)).Select(g => g.Aggregate((sum, a) => sum + a)),
                ];
            }
        }
    }

    /// <inheritdoc/>
    public Task ReadAsync(ITargetBlock<Envelope<RawRecord>[]> target, CancellationToken stop)
        => Task.Factory.StartNew(() => Read(target, stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <inheritdoc/>
    public void CommitSettled()
    {
        foreach (RecordedSession session in _sessions) session.Intake.CommittableOffsets(); // removes settled records from the ledgers
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Read(ITargetBlock<Envelope<RawRecord>[]> target, CancellationToken stop)
    {
        try
        {
            foreach (RecordedEvent recorded in events)
            {
                if (stop.IsCancellationRequested) return;
                RecordedSession session = SessionOf(recorded.Session);
                if (LaneToOpen(recorded.Event, session) is { } lane && !TakeLane(lane, session, target)) return;
                session.Take(recorded);
                if (!session.Intake.HasFullRun) continue;
                if (!session.Intake.SendRun(target)) return;
                session.Intake.CommittableOffsets();
            }

            foreach (RecordedSession session in _sessions)
            {
                if (session.Name is null) session.Intake.ConfirmAllSilent(flushes);
                if (!session.Intake.SendRun(target)) return;
            }
        }
        finally
        {
            target.Complete();
        }
    }

    private RecordedSession SessionOf(string? name)
    {
        if (_sessions.Find(s => s.Name == name) is { } known) return known; // there are few
        var session = new RecordedSession(name, newIntake());
        lock (_gate) _sessions.Add(session);
        return session;
    }

    // A recording without the opening of a lane, such as one that was cut, begins with the lane's first record.
    private static int? LaneToOpen(IntakeEvent happened, RecordedSession session) => happened switch
    {
        LaneBegun begun => begun.Lane,
        RecordRead { Record: var record } when session.Reads(record.Topic) && !session.HasHad(record.Partition) => record.Partition,
        _ => null,
    };

    // The last owner may have been killed. What it had read is before the new owner's records. Returns false when the graph has ended.
    private bool TakeLane(int lane, RecordedSession session, ITargetBlock<Envelope<RawRecord>[]> target)
    {
        if (_owners.TryGetValue(lane, out RecordedSession? last))
        {
            last.Close([lane]);
            if (!last.Intake.SendRun(target)) return false;
        }

        _owners[lane] = session;
        return true;
    }
}
