package io.latentry.pipeline.score;

import io.latentry.core.fault.FaultWords;
import io.latentry.core.verdict.Feature;
import io.latentry.core.verdict.Judgement;
import io.latentry.core.verdict.Verdict;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Verdicts in a file of their own, put and got in any order of the rows: 12 bytes a row in memory.
 */
final class VerdictFile implements AutoCloseable {
  private final Path path;
  private final OutputStream out;
  private final RandomAccessFile in;
  private final long[] from;
  private final int[] lengths;
  private long written;
  private boolean flushed;

  /** What is known of a row. */
  record Entry(Judgement judgement, float unsmoothed, List<Feature> top) {}

  VerdictFile(int rows) throws IOException {
    this.path = Files.createTempFile("latentry-verdicts", ".tmp");
    this.out = new BufferedOutputStream(Files.newOutputStream(path), 1 << 16);
    this.in = new RandomAccessFile(path.toFile(), "r");
    this.from = new long[rows];
    this.lengths = new int[rows];
  }

  void put(int row, Judgement judgement, float unsmoothed, List<Feature> top) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
      DataOutputStream data = new DataOutputStream(bytes);
      text(data, judgement.verdict().name());
      data.writeDouble(judgement.score());
      data.writeDouble(judgement.pValue());
      data.writeDouble(judgement.reconstructionTerm());
      data.writeDouble(judgement.latentTerm());
      data.writeFloat(unsmoothed);
      text(data, judgement.reason());
      data.writeByte(top.size());
      for (Feature feature : top) {
        text(data, feature.name());
        text(data, feature.actual());
        text(data, feature.expected());
        text(data, feature.normalRange());
        data.writeDouble(feature.contribution());
        data.writeDouble(feature.share());
      }
      from[row] = written;
      written += bytes.size();
      lengths[row] = bytes.size();
      bytes.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException("the verdicts cannot be kept: " + FaultWords.of(e), e);
    }
  }

  Entry get(int row) throws IOException {
    if (!flushed) {
      out.flush();
      flushed = true;
    }
    in.seek(from[row]);
    byte[] bytes = new byte[lengths[row]];
    in.readFully(bytes);
    DataInputStream data = new DataInputStream(new ByteArrayInputStream(bytes));
    Verdict verdict = Verdict.valueOf(text(data));
    double score = data.readDouble();
    double pValue = data.readDouble();
    double reconstruction = data.readDouble();
    double latent = data.readDouble();
    float unsmoothed = data.readFloat();
    String reason = text(data);
    List<Feature> top = new ArrayList<>();
    for (int left = data.readByte(); left > 0; left--) {
      top.add(
          new Feature(
              text(data),
              text(data),
              text(data),
              text(data),
              data.readDouble(),
              data.readDouble()));
    }
    Judgement judgement =
        verdict == Verdict.UNSCORABLE
            ? Judgement.unscorable(reason)
            : new Judgement(score, pValue, verdict, reason, reconstruction, latent);
    return new Entry(judgement, unsmoothed, top);
  }

  private static void text(DataOutputStream data, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    data.writeInt(bytes.length);
    data.write(bytes);
  }

  private static String text(DataInputStream data) throws IOException {
    byte[] bytes = new byte[data.readInt()];
    data.readFully(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    in.close();
    out.close();
    boolean unused = Files.deleteIfExists(path);
  }
}
