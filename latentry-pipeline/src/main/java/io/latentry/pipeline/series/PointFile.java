package io.latentry.pipeline.series;

import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.ingest.read.RowBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows in a file of their own, to be had in any order: a record of fixed length each, with texts by
 * their place in a dictionary. The file goes with it.
 */
final class PointFile implements AutoCloseable {
  private final Schema schema;
  private final int numbers;
  private final int texts;
  private final int kept;
  private final int length;
  private final Path path;
  private final FileChannel channel;
  private final List<String> words = new ArrayList<>(List.of(""));
  private final Map<String, Integer> places = new HashMap<>(Map.of("", 0));

  /**
   * @param kept columns that are carried over beside those of the schema
   */
  PointFile(Schema schema, int kept) throws IOException {
    this.schema = schema;
    this.numbers = schema.numericCount();
    this.texts = schema.categoricalCount();
    this.kept = kept;
    this.length = 4 * (numbers + texts + kept + 1);
    this.path = Files.createTempFile("latentry-points", ".tmp");
    this.channel =
        FileChannel.open(
            path,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE);
  }

  /** Puts rows behind those that are there. */
  void add(RowBatch batch) throws IOException {
    Rows rows = batch.rows();
    ByteBuffer bytes = ByteBuffer.allocate(rows.count() * length);
    for (int i = 0; i < rows.count(); i++) {
      for (int j = 0; j < numbers; j++) {
        bytes.putFloat(rows.numeric(i, j));
      }
      for (int j = 0; j < texts; j++) {
        bytes.putInt(place(rows.categorical(i, j)));
      }
      for (int j = 0; j < kept; j++) {
        bytes.putInt(place(batch.kept()[j][i]));
      }
      String fault = rows.fault(i);
      bytes.putInt(fault == null ? 0 : place(fault));
    }
    bytes.flip();
    channel.position(channel.size());
    while (bytes.hasRemaining()) {
      int unused = channel.write(bytes);
    }
  }

  private int place(String word) {
    Integer known = places.get(word);
    if (known != null) {
      return known;
    }
    places.put(word, words.size());
    words.add(word);
    return words.size() - 1;
  }

  /** The rows at {@code indices}, in that order. */
  RowBatch batch(int[] indices) throws IOException {
    float[] numeric = new float[indices.length * numbers];
    String[] categorical = new String[indices.length * texts];
    String[] faults = new String[indices.length];
    String[][] carried = new String[kept][indices.length];
    ByteBuffer bytes = ByteBuffer.allocate(length);
    for (int i = 0; i < indices.length; i++) {
      bytes.clear();
      while (bytes.hasRemaining()) {
        int read = channel.read(bytes, (long) indices[i] * length + bytes.position());
        if (read < 0) {
          throw new IOException(path + ": ends before row " + indices[i]);
        }
      }
      bytes.flip();
      for (int j = 0; j < numbers; j++) {
        numeric[i * numbers + j] = bytes.getFloat();
      }
      for (int j = 0; j < texts; j++) {
        categorical[i * texts + j] = words.get(bytes.getInt());
      }
      for (int j = 0; j < kept; j++) {
        carried[j][i] = words.get(bytes.getInt());
      }
      int fault = bytes.getInt();
      faults[i] = fault == 0 ? null : words.get(fault);
    }
    BitSet[] literals = new BitSet[kept];
    Arrays.setAll(literals, j -> new BitSet());
    return new RowBatch(
        0, new Rows(schema, indices.length, numeric, categorical, faults), carried, literals);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
