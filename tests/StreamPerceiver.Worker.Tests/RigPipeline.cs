namespace StreamPerceiver.Worker.Tests;

/// <summary>A pipeline of the rig's inputs with a tiny model.</summary>
internal static class RigPipeline
{
    /// <summary>Writes faults.json, and the configuration of its model without weights.</summary>
    public static void Write(WorkerProcess worker)
    {
        worker.Write("faults.json", """
            {
              "name": "faults", "model": "model", "window": { "sizeMs": 2000, "hopMs": 1000, "outOfOrdernessMs": 200, "idleAfterMs": 3000 },
              "inputs": {
                "camera": { "topic": "t.camera", "modality": "video", "width": 24, "height": 18, "frames": 2, "patch": 6 },
                "microphone": { "topic": "t.microphone", "modality": "audio", "rateHz": 8000, "samplesPerPatch": 400 },
                "accelerometer": { "topic": "t.accelerometer", "modality": "sensor", "channels": ["x", "y", "z"], "rateHz": 20 }
              },
              "outputs": { "fault": {} }, "topics": { "predictions": "t.faults" }
            }
            """);
        worker.Write("model/config.json", """
            {
              "model_type": "stream_perceiver", "num_latents": 4, "d_latents": 16, "num_self_attends_per_block": 1, "num_self_attention_heads": 2,
              "num_cross_attention_heads": 1, "output_num_channels": 16,
              "inputs": {
                "accelerometer": { "type": "series", "steps": 40, "channels": 3, "num_bands": 2 },
                "camera": { "type": "video", "frames": 2, "height": 18, "width": 24, "patch_size": 6, "num_bands": 2 },
                "microphone": { "type": "audio", "samples": 16000, "samples_per_patch": 400, "num_bands": 2 }
              },
              "outputs": { "fault": { "type": "classification", "labels": ["Normal", "Imbalance", "BearingWear", "BeltSlip", "Blockage"] } }
            }
            """);
    }
}
