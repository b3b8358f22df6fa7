package io.latentry.spark;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a partition with their verdicts, as they are asked for: a run of rows is gathered and
 * judged, and handed on before the next one is begun, so that memory is that of a run.
 */
final class RowRuns implements Iterator<Row> {
  /** More gain nothing, and take memory in each task. */
  static final int ROWS = 2_048;

  /** Gives rows their verdicts. For one thread. */
  interface Judge {
    /**
     * The verdicts that are due: where verdicts wait for later rows, not on all of these, and on
     * earlier ones too.
     *
     * @param rows at least one
     */
    JudgedRows judge(List<Row> rows);

    /** The verdicts on rows that wait still; there is nothing behind them. */
    default Optional<JudgedRows> rest() {
      return Optional.empty();
    }
  }

  /** Is told of each run, and of the end. */
  interface Listener {
    void judged(JudgedRows run);

    void ended();
  }

  private final Iterator<Row> rows;
  private final Judge judge;
  private final Listener listener;
  private @Nullable JudgedRows run;
  private int next;
  private boolean ended;

  RowRuns(Iterator<Row> rows, Judge judge, Listener listener) {
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
    while (rows.hasNext()) {
      List<Row> gathered = new ArrayList<>(ROWS);
      while (gathered.size() < ROWS && rows.hasNext()) {
        gathered.add(rows.next());
      }
      if (begin(judge.judge(gathered))) {
        return true;
      }
    }
    if (!ended) {
      ended = true;
      boolean more = judge.rest().map(this::begin).orElse(false);
      listener.ended();
      return more;
    }
    return false;
  }

  private boolean begin(JudgedRows judged) {
    if (judged.count() == 0) {
      return false;
    }
    run = judged;
    next = 0;
    listener.judged(judged);
    return true;
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    JudgedRows own = run;
    if (own == null) {
      throw new NoSuchElementException();
    }
    return own.row(next++);
  }
}
