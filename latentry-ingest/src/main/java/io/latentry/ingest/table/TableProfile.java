package io.latentry.ingest.table;

import io.latentry.ingest.read.FaultyRow;
import java.util.List;

/**
 * What one pass over a source found.
 *
 * @param source what was read, for messages
 * @param rows all rows, faulty ones included
 * @param faultyRows rows that could not be read
 * @param firstFaults the first of them, {@value #FAULTS_KEPT} at most
 * @param columns in the order of the first file
 * @param notices what a person should know, such as a nested column that is not read
 * @param ownMissing cells that stand for a missing value beside the usual ones
 */
public record TableProfile(
    String source,
    long rows,
    long faultyRows,
    List<FaultyRow> firstFaults,
    List<ColumnProfile> columns,
    List<String> notices,
    List<String> ownMissing) {

  static final int FAULTS_KEPT = 20;

  public TableProfile {
    firstFaults = List.copyOf(firstFaults);
    columns = List.copyOf(columns);
    notices = List.copyOf(notices);
    ownMissing = List.copyOf(ownMissing);
  }
}
