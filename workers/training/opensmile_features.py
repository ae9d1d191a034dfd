"""openSMILE's own pitch and loudness of a sound file, by the interpreter that has openSMILE.

    var/opensmile/bin/python workers/training/opensmile_features.py SOUND OUT.npz

Pitch in Hz (0: unvoiced) and loudness every 10 ms: low-level descriptors of eGeMAPSv02 (Eyben et
al. 2016). Started by the suite `opensmile`; nothing of the product imports or needs it.
"""

import sys

import numpy as np
import opensmile  # type: ignore[import-not-found]  # stands in an environment of its own


def main(sound: str, out: str) -> None:
    smile = opensmile.Smile(
        feature_set=opensmile.FeatureSet.eGeMAPSv02,
        feature_level=opensmile.FeatureLevel.LowLevelDescriptors,
    )
    found = smile.process_file(sound)
    semitones = found["F0semitoneFrom27.5Hz_sma3nz"].to_numpy()
    hz = np.where(semitones > 0, 27.5 * 2 ** (semitones / 12), 0.0)
    np.savez(out, hz=hz, loudness=found["Loudness_sma3"].to_numpy())


if __name__ == "__main__":
    main(*sys.argv[1:])
