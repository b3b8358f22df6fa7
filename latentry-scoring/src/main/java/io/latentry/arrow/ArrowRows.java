package io.latentry.arrow;

import java.util.AbstractList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.RandomAccess;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a batch, as {@link io.latentry.model.Model} takes them.
 *
 * <pre>{@code
 * try (BufferAllocator allocator = new RootAllocator();
 *     InputStream file = Files.newInputStream(Path.of("machines.arrows"));
 *     ArrowStreamReader reader = new ArrowStreamReader(file, allocator);
 *     Model model = Model.open(Path.of("model.onnx"))) {
 *   while (reader.loadNextBatch()) {
 *     List<Judgement> judged = model.judgeAll(ArrowRows.of(reader.getVectorSchemaRoot(), reader));
 *     System.out.println(judged.get(0).verdict());
 *   }
 * }
 * }</pre>
 *
 * <p>A row is a map from the name of a field to its value; the fields of a struct are called {@code
 * outer.inner}, as in a Parquet file. A row is read when it is asked for: the batch must still be
 * there then, and not another in its vectors.
 */
public final class ArrowRows {
  private ArrowRows() {}

  /**
   * The rows of {@code batch}.
   *
   * @throws IllegalArgumentException if a field is written in words of a dictionary
   */
  public static List<Map<String, @Nullable Object>> of(VectorSchemaRoot batch) {
    return of(batch, new DictionaryProvider.MapDictionaryProvider());
  }

  /**
   * The rows of {@code batch}, some fields of which are written in words of dictionaries.
   *
   * @param dictionaries such as the reader that the batch came from
   * @throws IllegalArgumentException if the dictionary of a field is not among them
   */
  public static List<Map<String, @Nullable Object>> of(
      VectorSchemaRoot batch, DictionaryProvider dictionaries) {
    Map<String, ArrowCells> fields = new LinkedHashMap<>();
    for (FieldVector vector : batch.getFieldVectors()) {
      ArrowCells.add(vector.getName(), vector, dictionaries, fields);
    }
    return new Batch(batch.getRowCount(), fields);
  }

  private static final class Batch extends AbstractList<Map<String, @Nullable Object>>
      implements RandomAccess {
    private final int rows;
    private final Map<String, ArrowCells> fields;

    Batch(int rows, Map<String, ArrowCells> fields) {
      this.rows = rows;
      this.fields = fields;
    }

    @Override
    public int size() {
      return rows;
    }

    @Override
    public Map<String, @Nullable Object> get(int row) {
      int at = Objects.checkIndex(row, rows);
      Map<String, @Nullable Object> values = new LinkedHashMap<>();
      fields.forEach((name, cells) -> values.put(name, cells.value(at)));
      return values;
    }
  }
}
