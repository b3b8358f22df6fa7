package io.latentry.spark;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Draws rows by a hash of what is in them: a row comes with a hash as its last cell, and where it
 * is drawn, leaves with its draw there. So a row is drawn or not wherever it stands. Equal rows
 * would all be drawn or none: from the second of a partition on, partition and place count too, of
 * as many different rows as there is room for.
 */
final class DrawPartition implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1;

  /** Different rows of a partition whose copies are told apart: the frequent ones come early. */
  private static final int MOST_KINDS = 1 << 16;

  private final long seed;
  private final double share;

  /**
   * @param share of the rows to draw
   */
  DrawPartition(long seed, double share) {
    this.seed = seed;
    this.share = share;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    long partition = TaskContext.getPartitionId();
    long most = share >= 1 ? Long.MAX_VALUE : (long) (share * Long.MAX_VALUE);
    Map<Long, Integer> seen = new HashMap<>();
    Queue<Row> drawn = new ArrayDeque<>(1);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        while (drawn.isEmpty() && rows.hasNext()) {
          Row row = rows.next();
          long hash = row.getLong(row.size() - 1);
          int copies = copiesBefore(seen, hash);
          long salted = copies == 0 ? hash : mix(hash ^ mix((partition << 32) + copies));
          long draw = mix(salted ^ mix(seed)) >>> 1;
          if (draw <= most) {
            drawn.add(with(row, draw));
          }
        }
        return !drawn.isEmpty();
      }

      @Override
      public Row next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        return drawn.remove();
      }
    };
  }

  private static int copiesBefore(Map<Long, Integer> seen, long hash) {
    Integer copies = seen.get(hash);
    if (copies == null && seen.size() == MOST_KINDS) {
      return 0;
    }
    int before = copies == null ? 0 : copies;
    seen.put(hash, before + 1);
    return before;
  }

  private static Row with(Row row, long draw) {
    Object[] cells = new Object[row.size()];
    for (int j = 0; j < cells.length - 1; j++) {
      cells[j] = row.get(j);
    }
    cells[cells.length - 1] = draw;
    return RowFactory.create(cells);
  }

  /** The finaliser of MurmurHash3: every input bit reaches every output bit. */
  private static long mix(long value) {
    long h = (value ^ (value >>> 33)) * 0xff51afd7ed558ccdL;
    h = (h ^ (h >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return h ^ (h >>> 33);
  }
}
