package io.latentry.spark;

import io.latentry.core.cell.NumberForm;
import io.latentry.core.data.ColumnType;
import io.latentry.ingest.table.TableTally;
import io.latentry.spark.plan.InputPlan.Source;
import io.latentry.spark.plan.RowCells;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/** Looks at every row of a partition, and adds up what partitions show, in their order. */
final class TallyPartition
    implements Function2<Integer, Iterator<Row>, Iterator<Tuple2<Integer, TableTally>>> {
  private static final long serialVersionUID = 1;

  private final List<String> names;
  private final List<Source> sources;
  private final @Nullable Source corrupt;
  private final Map<String, NumberForm> forms;

  /**
   * @param columns that are looked at
   * @param corrupt where Spark's readers put what they could not read as a row; null if nowhere
   */
  TallyPartition(
      Map<String, Source> columns, @Nullable Source corrupt, Map<String, NumberForm> forms) {
    this.names = new ArrayList<>(columns.keySet());
    this.sources = new ArrayList<>(columns.values());
    this.corrupt = corrupt;
    this.forms = Map.copyOf(forms);
  }

  /** What all of {@code rows} show; the driver gets the sums of neighbouring partitions. */
  static TableTally sum(JavaRDD<Row> rows, TallyPartition looking) {
    int partitions = rows.getNumPartitions();
    int together = (int) Math.ceil(Math.sqrt(Math.max(1, partitions)));
    JavaPairRDD<Integer, TableTally> parts =
        rows.mapPartitionsWithIndex(looking, false).mapToPair(part -> part);
    List<Tuple2<Integer, TableTally>> sums =
        new ArrayList<>(
            parts
                .mapToPair(part -> new Tuple2<>(part._1() / together, part))
                .groupByKey((partitions + together - 1) / together)
                .mapValues(TallyPartition::sum)
                .collect());
    return sums.isEmpty() ? looking.none() : sum(sums);
  }

  /** In the order of what they are numbered by, whichever came first. */
  private static TableTally sum(Iterable<Tuple2<Integer, TableTally>> numbered) {
    List<Tuple2<Integer, TableTally>> parts = new ArrayList<>();
    numbered.forEach(parts::add);
    parts.sort((one, other) -> Integer.compare(one._1(), other._1()));
    return parts.stream().map(Tuple2::_2).reduce(TableTally::plus).orElseThrow();
  }

  private TableTally none() {
    List<Optional<ColumnType>> declared =
        sources.stream().map(source -> Optional.of(source.kind().declared())).toList();
    return new TableTally(names, declared);
  }

  @Override
  public Iterator<Tuple2<Integer, TableTally>> call(Integer partition, Iterator<Row> rows) {
    TableTally tally = none();
    RowCells cells = new RowCells(sources);
    long[] row = {0};
    TableTally.Look look = tally.look(forms, () -> "partition " + partition + " row " + row[0]);
    while (rows.hasNext()) {
      Row next = rows.next();
      row[0]++;
      if (corrupt != null && corrupt.value(next) != null) {
        look.atFaulty();
      } else {
        look.at(cells.at(next));
      }
    }
    return List.of(new Tuple2<>(partition, tally.compact())).iterator();
  }
}
