package io.latentry.spark;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a partition with their verdicts, as they are asked for: a run of rows is gathered and
 * judged, and handed on before the next one is begun, so that memory is that of a run.
 */
final class RowRuns implements Iterator<Row> {
  /** More gain nothing, and take memory in each task. */
  static final int ROWS = 2_048;

  /** Is told of each run, and of the end. */
  interface Listener {
    void judged(RowJudge.Judged run);

    void ended();
  }

  private final Iterator<Row> rows;
  private final RowJudge judge;
  private final Listener listener;
  private RowJudge.@Nullable Judged run;
  private int next;
  private boolean ended;

  RowRuns(Iterator<Row> rows, RowJudge judge, Listener listener) {
    this.rows = rows;
    this.judge = judge;
    this.listener = listener;
  }

  @Override
  public boolean hasNext() {
    if (run != null && next < run.count()) {
      return true;
    }
    run = null;
    if (rows.hasNext()) {
      List<Row> gathered = new ArrayList<>(ROWS);
      while (gathered.size() < ROWS && rows.hasNext()) {
        gathered.add(rows.next());
      }
      run = judge.judge(gathered);
      next = 0;
      listener.judged(run);
      return true;
    }
    if (!ended) {
      ended = true;
      listener.ended();
    }
    return false;
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    RowJudge.Judged own = run;
    if (own == null) {
      throw new NoSuchElementException();
    }
    return own.row(next++);
  }
}
