using System.Text.Json.Nodes;
using StreamPerceiver.Flow;
using StreamPerceiver.Formats;
using StreamPerceiver.Infer;
using StreamPerceiver.Interpret;
using StreamPerceiver.Outputs;
using StreamPerceiver.Publish;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Tests.Outputs;

/// <summary>What each kind of output publishes, from its section of the pipeline file to the JSON of the prediction.</summary>
public sealed class OutputKindsTests
{
    private static readonly WindowHeader Window = new(0, "press-7", new EventTime(0), new EventTime(2 * EventTime.PerSecond), CloseReason.Watermark,
        [new InputPresence("in", 1, 0)]);

    [Theory]
    [InlineData("""{"threshold":0.6}""", """{"labels":[{"label":"b","probability":0.9},{"label":"c","probability":0.8}]}""")]
    [InlineData("""{"threshold":0.5,"topK":1}""", """{"labels":[{"label":"b","probability":0.9}]}""")]
    [InlineData("""{"threshold":0.95}""", """{"labels":[]}""")]
    [InlineData("""{"thresholds":{"b":0.95,"a":0.4}}""", """{"labels":[{"label":"c","probability":0.8},{"label":"a","probability":0.5}]}""")]
    [InlineData("{}", """{"labels":[{"label":"b","probability":0.9}]}""")]
    public void Labels_are_those_that_reach_their_threshold(string section, string published)
        => Rounded(Published(section, new LabelsShape(["a", "b", "c"], AreIndependent: true), [0, MathF.Log(9), MathF.Log(4)])).ShouldBe(published);

    [Fact]
    public void A_threshold_of_a_label_that_the_model_lacks_is_refused()
        => Problems("""{"thresholds":{"d":0.5}}""", new LabelsShape(["a", "b"])).ShouldBe(["thresholds.d is no label of the model, expected one of a, b"]);

    [Fact]
    public void Rows_of_values_are_future_steps_with_their_times()
    {
        var shape = new ValuesShape([2, 2]) { Names = ["load", "heat"], Units = ["kW", "K"] };

        Published("""{"type":"values","stepMs":500}""", shape, [1, 2, 3, 4]).ShouldBe(
            """{"series":[{"time":"1970-01-01T00:00:02.500Z","values":[1,2]},{"time":"1970-01-01T00:00:03Z","values":[3,4]}]"""
            + ""","names":["load","heat"],"units":["kW","K"]}""");
        Problems("""{"type":"values","stepMs":500}""", new ValuesShape([2]))
            .ShouldBe(["stepMs is given, expected none: the output has no rows of future steps"]);
    }

    [Theory]
    [InlineData("""{"type":"embedding"}""", 3, 4, "[3,4]")]
    [InlineData("""{"type":"embedding","normalise":true}""", 3, 4, "[0.6,0.8]")]
    [InlineData("""{"type":"embedding","normalise":true}""", 0, 0, "[0,0]")]
    public void An_embedding_is_one_vector(string section, float x, float y, string vector)
        => Published(section, new ValuesShape([2]), [x, y]).ShouldBe($$"""{"embedding":{{vector}}}""");

    [Fact]
    public void Each_element_of_a_set_has_its_answer_under_its_id_and_empty_slots_have_none()
    {
        WindowHeader window = Window with { Inputs = [Window.Inputs[0] with { Elements = 2, ElementIds = ["u7", null] }] };
        float[] numbers = [3, 4, 0, 5, 9, 9];

        Published("""{"type":"entities","normalise":true}""", new ElementsShape("in", 3, 2, AreEmbeddings: true), numbers, window).ShouldBe(
            """{"entities":[{"slot":0,"id":"u7","embedding":[0.6,0.8]},{"slot":1,"embedding":[0,1]}]}""");
        Published("""{"type":"entities"}""", new ElementsShape("in", 3, 2, AreEmbeddings: false), numbers).ShouldBe("""{"entities":[]}""");
    }

    [Fact]
    public void Masked_places_take_their_likeliest_byte()
    {
        byte[] masked = [(byte)'a', InputPresence.MaskedByte, (byte)'c'];
        WindowHeader window = Window with { Inputs = [Window.Inputs[0] with { Text = masked }] };
        float[] logits = Logits(5, (2, 'b'));
        logits[(2 * 262) + ByteTokenizer.Mask] = 100; // no place of a text is [MASK]

        JsonNode text = JsonNode.Parse(Published("""{"type":"text"}""", new TextShape("in", 5, 262), logits, window))!;

        text["text"]!.GetValue<string>().ShouldBe("abc");
        text["filled"]!.AsArray().Single()!["at"]!.GetValue<int>().ShouldBe(1);
        text["filled"]![0]!["byte"]!.GetValue<int>().ShouldBe('b');
        text["filled"]![0]!["probability"]!.GetValue<double>().ShouldBe(Math.Exp(10 - 100), 1e-40);
        Published("""{"type":"text"}""", new TextShape("in", 5, 262), logits).ShouldBe("""{"text":"","filled":[]}""");
    }

    [Fact]
    public void A_caption_goes_up_to_its_end()
    {
        float[] logits = Logits(5, (1, 'h'), (2, 'i'), (4, '!'));
        logits[ByteTokenizer.Cls] = 10;
        logits[(3 * 262) + ByteTokenizer.Sep] = 10;
        double each = Math.Exp(10) / (Math.Exp(10) + 261);

        JsonNode text = JsonNode.Parse(Published("""{"type":"text","read":"caption"}""", new TextShape("in", 5, 262), logits))!;

        text["text"]!.GetValue<string>().ShouldBe("hi");
        text["ended"]!.GetValue<bool>().ShouldBeTrue();
        text["probability"]!.GetValue<double>().ShouldBe(each, 1e-6);
        JsonNode cut = JsonNode.Parse(Published("""{"type":"text","read":"caption"}""", new TextShape("in", 3, 262), logits[..(3 * 262)]))!;
        cut["ended"]!.GetValue<bool>().ShouldBeFalse();
    }

    [Fact]
    public void Another_kind_than_the_model_gives_is_refused_with_those_that_fit()
    {
        OutputKinds.Misfit(Spec("{}"), new ValuesShape([2])).ShouldBe("type is labels, expected values or embedding or dense, which the model gives");
        OutputKinds.Misfit(Spec("""{"type":"text"}"""), new ElementsShape("in", 2, 2, AreEmbeddings: true))
            .ShouldBe("type is text, expected entities or dense, which the model gives");
        OutputKinds.Misfit(Spec("""{"type":"text"}"""), new TextShape("in", 5, 262)).ShouldBeNull();
    }

    private static float[] Logits(int places, params (int Place, char Byte)[] likeliest)
    {
        float[] logits = new float[places * 262];
        foreach ((int place, char letter) in likeliest) logits[(place * 262) + ByteTokenizer.FirstByte + letter] = 10;
        return logits;
    }

    private static OutputSpec Spec(string section)
        => OutputKinds.Read(new OutputSection("out", JsonNode.Parse(section)!.AsObject(), WindowNs: 2 * EventTime.PerSecond));

    private static IEnumerable<string> Problems(string section, OutputShape shape) => Spec(section).Problems(shape);

    private static string Published(string section, OutputShape shape, float[] numbers, WindowHeader? window = null)
    {
        var prediction = new Prediction("p", window ?? Window, new ModelIdentity("m", "0123456789ab"), [Spec(section).Read(shape, numbers, window ?? Window)]);
        JsonNode json = JsonNode.Parse(PredictionRecord.ToJson(prediction))!;
        PredictionSchemas.Check(json, Spec(section), shape);
        return json["outputs"]!["out"]!.ToJsonString();
    }

    // Probabilities to three digits.
    private static string Rounded(string published)
        => System.Text.RegularExpressions.Regex.Replace(
            published, @"0\.\d+", n => float.Parse(n.Value, System.Globalization.CultureInfo.InvariantCulture)
                .ToString("0.###", System.Globalization.CultureInfo.InvariantCulture));
}
