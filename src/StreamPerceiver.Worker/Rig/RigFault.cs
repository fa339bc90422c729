namespace StreamPerceiver.Worker.Rig;

/// <summary>What is wrong with a machine of the rig.</summary>
internal enum RigFault
{
    /// <summary>Nothing.</summary>
    Normal,

    /// <summary>The rotor's mass is not in its middle: the housing shakes with the shaft. Felt alone.</summary>
    Imbalance,

    /// <summary>A race of the bearing is pitted: each ball that passes rings the housing far above what the accelerometer takes. Heard alone.</summary>
    BearingWear,

    /// <summary>The belt is slack: it hangs, and jerks the motor along the belt. Seen and felt.</summary>
    BeltSlip,

    /// <summary>The outlet is blocked: the streamers hang, the rush of air falls, and the air surges. Seen and heard.</summary>
    Blockage,
}
