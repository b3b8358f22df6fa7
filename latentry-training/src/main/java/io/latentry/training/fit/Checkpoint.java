package io.latentry.training.fit;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.fault.FaultWords;
import io.latentry.training.TrainingException;
import io.latentry.training.config.Repair;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The written form of a {@link TrainingState}. Written aside, then renamed, so that there is always
 * either the earlier state or the new one.
 */
public final class Checkpoint {
  private static final int MAGIC = 0x4c54434b;
  private static final int VERSION = 3;

  private Checkpoint() {}

  public static void write(CheckpointFile file, TrainingState state) {
    Path aside = file.path().resolveSibling(file.path().getFileName() + ".tmp");
    try {
      try (DataOutputStream out =
          new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(aside)))) {
        writeState(out, file.fingerprint(), state);
      }
      Files.move(
          aside, file.path(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      aside.toFile().delete();
      throw new TrainingException(
          "checkpoint: not writable: " + file.path() + " (" + FaultWords.of(e) + ")", e);
    }
  }

  /** Whether the file is there and is one that this very run can go on from, as far as it says. */
  public static boolean belongsTo(CheckpointFile file) {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file.path())))) {
      return in.readInt() == MAGIC
          && in.readInt() == VERSION
          && readText(in, Files.size(file.path())).equals(file.fingerprint());
    } catch (IOException | IllegalArgumentException unreadable) {
      return false;
    }
  }

  /**
   * @throws TrainingException if the file is damaged or belongs to another run
   */
  static TrainingState read(CheckpointFile file, int members) {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file.path())))) {
      if (in.readInt() != MAGIC || in.readInt() != VERSION) {
        throw refusal(file, "no checkpoint of this version");
      }
      if (!readText(in, Files.size(file.path())).equals(file.fingerprint())) {
        throw refusal(file, "written for other data, another config or another seed");
      }
      return readState(in, members, Files.size(file.path()));
    } catch (IOException e) {
      throw new TrainingException(damaged(file), e);
    } catch (IllegalArgumentException e) {
      throw new TrainingException(damaged(file), e);
    }
  }

  /**
   * @throws TrainingException if the state is not of models with so many values in all
   */
  static void requireShape(CheckpointFile file, TrainingState state, int values, int adversary) {
    if (state.parameters.length != values || state.adversary.length != adversary) {
      throw refusal(file, "written for a model of another shape");
    }
  }

  private static String damaged(CheckpointFile file) {
    return "checkpoint: damaged: " + file.path() + "; delete it to start afresh";
  }

  private static TrainingException refusal(CheckpointFile file, String why) {
    return new TrainingException(
        "checkpoint: "
            + why
            + ": "
            + file.path()
            + "; delete it to start afresh, or repeat the run that wrote it");
  }

  private static void writeState(DataOutputStream out, String fingerprint, TrainingState state)
      throws IOException {
    out.writeInt(MAGIC);
    out.writeInt(VERSION);
    writeText(out, fingerprint);
    out.writeInt(state.repairs.size());
    for (Repair repair : state.repairs) {
      out.writeUTF(repair.name());
    }
    out.writeInt(state.findings.size());
    for (String finding : state.findings) {
      writeText(out, finding);
    }
    out.writeInt(state.bestLoss.length);
    for (int m = 0; m < state.bestLoss.length; m++) {
      out.writeDouble(state.bestLoss[m]);
      out.writeInt(state.bestStep[m]);
    }
    for (float[] values :
        List.of(
            state.parameters,
            state.first,
            state.second,
            state.best,
            state.adversary,
            state.adversaryFirst,
            state.adversarySecond)) {
      out.writeInt(values.length);
      for (float value : values) {
        out.writeFloat(value);
      }
    }
    out.writeDouble(state.adversaryLoss);
    out.writeInt(state.step);
    out.writeInt(state.evaluationsSinceBest);
    out.writeDouble(state.firstLoss);
    out.writeDouble(state.sumReconstruction);
    out.writeDouble(state.sumKl);
    out.writeInt(state.summed);
    out.writeInt(state.history.size());
    for (Manifest.HistoryEntry entry : state.history) {
      out.writeUTF(entry.fold());
      out.writeInt(entry.step());
      out.writeDouble(entry.learningRate());
      out.writeDouble(entry.beta());
      out.writeDouble(entry.trainReconstruction());
      out.writeDouble(entry.trainKl());
      out.writeDouble(entry.validationReconstruction());
      out.writeDouble(entry.validationKl());
    }
  }

  private static TrainingState readState(DataInputStream in, int expectedMembers, long bytes)
      throws IOException {
    List<Repair> repairs = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      repairs.add(Repair.valueOf(in.readUTF()));
    }
    List<String> findings = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      findings.add(readText(in, bytes));
    }
    int members = in.readInt();
    if (members != expectedMembers) {
      throw new IllegalArgumentException("members: " + members);
    }
    TrainingState state = new TrainingState(repairs, findings, new float[0], new float[0], members);
    for (int m = 0; m < members; m++) {
      state.bestLoss[m] = in.readDouble();
      state.bestStep[m] = in.readInt();
    }
    state.parameters = readFloats(in, bytes);
    state.first = readFloats(in, bytes);
    state.second = readFloats(in, bytes);
    state.best = readFloats(in, bytes);
    state.adversary = readFloats(in, bytes);
    state.adversaryFirst = readFloats(in, bytes);
    state.adversarySecond = readFloats(in, bytes);
    state.adversaryLoss = in.readDouble();
    state.step = in.readInt();
    state.evaluationsSinceBest = in.readInt();
    state.firstLoss = in.readDouble();
    state.sumReconstruction = in.readDouble();
    state.sumKl = in.readDouble();
    state.summed = in.readInt();
    for (int left = in.readInt(); left > 0; left--) {
      state.history.add(
          new Manifest.HistoryEntry(
              in.readUTF(),
              in.readInt(),
              in.readDouble(),
              in.readDouble(),
              in.readDouble(),
              in.readDouble(),
              in.readDouble(),
              in.readDouble()));
    }
    return state;
  }

  /** Of any length: a config names columns, and there may be thousands. */
  private static void writeText(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String readText(DataInputStream in, long bytes) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > bytes) {
      throw new IllegalArgumentException("text: " + length + " bytes");
    }
    return new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }

  private static float[] readFloats(DataInputStream in, long bytes) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > bytes / Float.BYTES) {
      throw new IllegalArgumentException("values: " + length);
    }
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = in.readFloat();
    }
    return values;
  }
}
