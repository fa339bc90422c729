using System.Text;

namespace StreamPerceiver.Recordings.Tests;

public sealed class PredictionComparisonTests
{
    [Fact]
    public void Equal_predictions_have_one_hash_in_any_order_and_no_difference()
    {
        RecordedPrediction[] one = [Json("w1", "{\"a\":1}"), Json("w2", "{\"a\":2}")];

        RecordedPrediction.HashOf(one).ShouldBe(RecordedPrediction.HashOf(one.Reverse()));
        RecordedPrediction.HashOf(one).ShouldNotBe(RecordedPrediction.HashOf(one[..1]));
        PredictionComparison.Compare(one, one.Reverse()).ShouldBeEmpty();
    }

    [Fact]
    public void A_difference_names_the_window_the_place_and_both_values()
    {
        RecordedPrediction found = Json("w1", """{"state":{"labels":[{"score":0.25},{"score":1}],"top":"x"},"new":true}""");
        RecordedPrediction expected = Json("w1", """{"state":{"labels":[{"score":0.5}],"top":"y"}}""");

        PredictionComparison.Compare([found], [expected]).ShouldBe(
        [
            new("w1", "state.labels[0].score", "0.25", "0.5"), new("w1", "state.labels[1]", "{\"score\":1}", null), new("w1", "state.top", "\"x\"", "\"y\""),
            new("w1", "new", "true", null),
        ]);
    }

    [Fact]
    public void Numbers_within_the_tolerance_are_equal_and_windows_of_one_run_alone_are_not()
    {
        PredictionComparison.Compare([Json("w", "[0.5,1]")], [Json("w", "[0.5001,1]")], tolerance: 1e-3).ShouldBeEmpty();
        PredictionComparison.Compare([Json("w", "[0.5,1]")], [Json("w", "[0.502,1]")], tolerance: 1e-3).Single().Path.ShouldBe("[0]");
        PredictionComparison.Compare([Json("w", "1.0")], [Json("w", "1")]).Single().ShouldBe(new("w", "", "1.0", "1")); // other bytes
        PredictionComparison.Compare([Json("b", "1")], [Json("a", "1")]).Select(d => (d.Id, d.Found, d.Expected))
            .ShouldBe([("a", null, "a prediction"), ("b", "a prediction", null)]);
    }

    [Fact]
    public void Bytes_are_compared_by_their_hash()
    {
        RecordedPrediction one = RecordedPrediction.Of("w", "t", [1], isJson: false), other = RecordedPrediction.Of("w", "t", [2], isJson: false);

        PredictionComparison.Compare([one], [one]).ShouldBeEmpty();
        PredictionComparison.Compare([one], [other], tolerance: 1).Single().Found.ShouldBe($"bytes with SHA-256 {one.Sha256}");
    }

    [Fact]
    public void A_file_of_predictions_is_read_as_it_was_written_and_a_damaged_line_is_named()
    {
        string path = Path.GetTempFileName();
        try
        {
            RecordedPrediction.WriteAll(path, [Json("w2", "{\"é\":1}"), RecordedPrediction.Of("w1", "t", [1], isJson: false)]);
            RecordedPrediction.ReadAll(path).Select(p => (p.Id, p.Json)).ShouldBe([("w1", null), ("w2", "{\"é\":1}")]);

            File.AppendAllText(path, "{}\n");
            Should.Throw<RecordingException>(() => RecordedPrediction.ReadAll(path)).Message.ShouldStartWith($"{path}: line 3: ");
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static RecordedPrediction Json(string id, string json) => RecordedPrediction.Of(id, "predictions", Encoding.UTF8.GetBytes(json), isJson: true);
}
