using System.Text;
using System.Text.Json.Nodes;
using OpenCvSharp;
using StreamPerceiver.Flow;
using StreamPerceiver.Formats;
using StreamPerceiver.Infer;
using StreamPerceiver.Interpret;
using StreamPerceiver.Outputs;
using StreamPerceiver.Outputs.Dense;
using StreamPerceiver.Publish;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Tests.Outputs;

/// <summary>Outputs with a topic of their own: their records, and the reference in the prediction.</summary>
public sealed class DenseOutputTests
{
    private const long WindowNs = EventTime.PerSecond / 2;

    private static readonly DenseShape Flow = new(DenseContent.Field, [2, 3], 2);
    private static readonly DenseShape Frames = new(DenseContent.Pictures, [4, 2, 3], 3);
    private static readonly DenseShape Sound = new(DenseContent.Sound, [10], 8);

    private static readonly WindowHeader Window = new(3, "press-7", Some.At(0), Some.At(500), CloseReason.Watermark, [])
    {
        Trace = new TraceContext("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "a=1"),
    };

    [Fact]
    public void An_array_is_one_record_with_the_key_time_and_trace_of_its_prediction()
    {
        float[] numbers = [.. Enumerable.Range(0, 12).Select(i => i / 4f)];
        Prediction prediction = Predict(Output("application/x-npy"), Flow, numbers);

        OutgoingRecord record = OutputRecord.From(prediction).ShouldHaveSingleItem();

        (record.Topic, Text(record.Key), record.TimestampMs).ShouldBe(("g.flow", "press-7", 500L));
        NpyArray array = Npy.Parse(record.Value!);
        array.Shape.ShouldBe([2, 3, 2]);
        array.ToFloats().ShouldBe(numbers);
        HeadersOf(record).ShouldBe(
        [
            "ce_specversion=1.0", "ce_type=streamperceiver.output.v1", "ce_source=/streamperceiver/g", "ce_id=g/press-7/500000000/flow",
            $"ce_time={Window.End}", "content-type=application/x-npy", $"traceparent={Window.Trace!.ParentOf("g/press-7/500000000")}", "tracestate=a=1",
            "streamperceiver.output=flow", "streamperceiver.shape=2,3,2", "streamperceiver.axes=row,column,number",
        ]);
    }

    [Fact]
    public void The_prediction_says_where_the_records_are_and_what_they_are()
    {
        Prediction prediction = Predict(Output("image/png", every: 2), Frames, new float[2 * 2 * 3 * 3]);

        JsonNode value = JsonNode.Parse(PredictionRecord.ToJson(prediction))!;

        value["outputs"]!["flow"]!.ToJsonString().ShouldBe("""{"topic":"g.flow","contentType":"image/png","shape":[2,2,3,3],"records":2}""");
        value["inputs"] = JsonNode.Parse("""{"in":{"present":true,"coverage":1}}""");
        PredictionSchemas.Check(value, Output("image/png", every: 2), Frames);
    }

    [Fact]
    public void Frames_are_a_picture_each_with_the_number_of_the_models_frame()
    {
        float[] colours = [.. Enumerable.Range(0, 36).Select(i => i % 3 == i / 18 ? 1f : 0f)];

        OutgoingRecord[] records = [.. OutputRecord.From(Predict(Output("image/png", every: 2), Frames, colours))];

        records.Select(r => Header(r, "ce_id")).ShouldBe(["g/press-7/500000000/flow/0", "g/press-7/500000000/flow/2"]);
        Header(records[1], "streamperceiver.shape").ShouldBe("2,3,3");
        Header(records[1], "streamperceiver.axes").ShouldBe("row,column,colour");
        records.Select(r => Decoded(r.Value!)).ShouldBe([(2, 3, new Vec3b(0, 0, 255)), (2, 3, new Vec3b(0, 255, 0))]); // red, then green
    }

    [Fact]
    public void Colours_are_turned_back_by_the_levels_of_training()
    {
        DenseShape signed = new DenseShape(DenseContent.Pictures, [1, 1], 3) { Ranges = [(-1, 1), (-1, 1), (-1, 1)] };

        OutgoingRecord record = OutputRecord.From(Predict(Output("image/png"), signed, [-1, 0, 1])).ShouldHaveSingleItem();

        Decoded(record.Value!).ShouldBe((1, 1, new Vec3b(255, 128, 0)));
        Header(record, "ce_id").ShouldBe("g/press-7/500000000/flow"); // a picture is no frame of several
    }

    [Theory]
    [InlineData(null, "5", 127)]
    [InlineData(2.5, "2.5", 0)]
    public void Flow_is_drawn_by_its_own_maximum_or_by_that_of_the_pipeline(double? maxFlow, string header, int blue)
    {
        float[] flow = [2.5f, 0, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0];

        OutgoingRecord record = OutputRecord.From(Predict(Output("image/png") with { MaxFlow = maxFlow }, Flow, flow)).ShouldHaveSingleItem();

        Header(record, "streamperceiver.max-flow").ShouldBe(header);
        Decoded(record.Value!).First.ShouldBe(new Vec3b((byte)blue, (byte)blue, 255));
    }

    [Fact]
    public void Flow_is_in_the_units_of_its_model_times_their_pixels()
    {
        Prediction prediction = Predict(Output("application/x-npy"), Flow with { Scale = 20 }, [.. Enumerable.Repeat(0.5f, 12)]);

        Npy.Parse(OutputRecord.From(prediction).Single().Value!).ToFloats().ShouldAllBe(pixels => pixels == 10);
    }

    [Theory]
    [InlineData(null, 160)] // 80 samples in half a second
    [InlineData(16_000, 16_000)]
    public void Sound_has_the_rate_at_which_it_fills_the_window_or_that_of_the_pipeline(int? rateHz, int expected)
    {
        OutgoingRecord record = OutputRecord.From(Predict(Output("audio/wav") with { RateHz = rateHz }, Sound, new float[80])).ShouldHaveSingleItem();

        BitConverter.ToInt32(record.Value!, 24).ShouldBe(expected);
        Header(record, "streamperceiver.axes").ShouldBe("patch,sample");
    }

    [Fact]
    public void What_cannot_be_rendered_is_refused_with_the_reason()
    {
        Problems(Output("image/png"), Sound).ShouldBe(["as is image/png, expected application/x-npy: the output is sound; audio/wav takes all of its patches"]);
        Problems(Output("audio/wav", every: 2), Sound).ShouldHaveSingleItem().ShouldStartWith("as is audio/wav, expected application/x-npy: ");
        Problems(Output("audio/wav"), Frames).ShouldBe(["as is audio/wav, expected application/x-npy: the output is pictures"]);
        Problems(Output("image/jpeg"), new DenseShape(DenseContent.Field, [2, 3], 3))
            .ShouldBe(["as is image/jpeg, expected application/x-npy: the output is a field of 2 axes and 3 numbers a point"]);
        Problems(Output("image/jpeg"), new ValuesShape([8, 2])).ShouldBe(["as is image/jpeg, expected application/x-npy: the output has no points"]);
        Problems(Output("image/png") with { Points = new PointChoice(1, 1, [[0, 1]]) }, Flow)
            .ShouldBe(["as is image/png, expected application/x-npy: points are a list"]);
        Problems(Output("image/png") with { MaxFlow = 5 }, Frames).ShouldBe(["maxFlow is given, expected none: the output is not rendered as flow"]);
        Problems(Output("image/png") with { RateHz = 5 }, Frames).ShouldBe(["rateHz is given, expected none: the output is not rendered as sound"]);
        Problems(Output("audio/wav") with { WindowNs = 3 }, new DenseShape(DenseContent.Sound, [1], 1))
            .ShouldBe(["rateHz is missing, expected the samples a second: 1 samples a window are no whole number a second"]);
        Problems(Output("application/x-npy"), new ValuesShape([10_000, 2])).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("application/x-npy")]
    [InlineData("audio/wav")]
    [InlineData("audio/wav;format=f32")]
    public void The_size_of_a_record_is_known_before_there_is_one(string contentType)
    {
        DenseOutput output = Output(contentType);

        output.HasExactPayload.ShouldBeTrue();
        OutputRecord.From(Predict(output, Sound, new float[80])).Single().Value!.Length.ShouldBe((int)output.PayloadBytes(Sound));
    }

    [Fact]
    public void The_records_come_before_the_prediction_that_refers_to_them_and_the_progress_comes_last()
        => Records().RecordsOf(Envelope<Prediction>.OfValue(Predict(Output("image/png"), Frames, new float[72]), new RecordAck(1)))
            .Select(r => r.Topic).ShouldBe(["g.flow", "g.flow", "g.flow", "g.flow", "out", "progress"]);

    [Fact]
    public void A_window_with_a_record_that_its_topic_refuses_is_a_dead_letter_as_a_whole()
    {
        var limits = new TopicLimits();
        limits.Set("g.flow", new TopicLimit { MaxBytes = 1000 });
        List<string> refused = [];

        Prediction prediction = Predict(Output("application/x-npy"), new DenseShape(DenseContent.Field, [20, 20], 2), new float[800]);
        OutgoingItem item = Records().Fit(Envelope<Prediction>.OfValue(prediction, new RecordAck(1)), limits, refused.Add);

        (string.Join(' ', item.Records.Select(r => r.Topic)), item.Outcome).ShouldBe(("dead progress", Outcome.Rejected));
        refused.ShouldHaveSingleItem()
            .ShouldStartWith($"g.flow does not take an output that goes with the prediction of 'press-7', window to {Window.End}: it has ");
    }

    private static DenseOutput Output(string contentType, int every = 1)
        => new("flow", contentType, WindowNs) { Topic = "g.flow", Points = every == 1 ? null : new PointChoice(every, 1, null) };

    private static Prediction Predict(DenseOutput output, DenseShape shape, float[] numbers)
    {
        output.Problems(shape).ShouldBeEmpty();
        return new Prediction("g", Window, new ModelIdentity("m", "0123456789ab"), [output.Read(output.Ask(shape).Answer, numbers, Window)]);
    }

    private static string[] Problems(DenseOutput output, OutputShape shape) => [.. output.Problems(shape)];

    private static OutgoingRecords Records()
        => new(new PublishTopics("out", "dead", null, "progress") { Outputs = ["g.flow"] }, "g", inTransactions: true, new TopicIds());

    private static (int Height, int Width, Vec3b First) Decoded(byte[] file)
    {
        using Mat picture = Cv2.ImDecode(file, ImreadModes.Color);
        return (picture.Height, picture.Width, picture.At<Vec3b>(0, 0));
    }

    private static IEnumerable<string> HeadersOf(OutgoingRecord record) => record.Headers.Select(h => $"{h.Key}={Text(h.Value)}");

    private static string Header(OutgoingRecord record, string name) => Text(record.Headers.Last(h => h.Key == name).Value);

    private static string Text(byte[]? bytes) => Encoding.UTF8.GetString(bytes!);
}
