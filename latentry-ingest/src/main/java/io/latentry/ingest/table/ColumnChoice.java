package io.latentry.ingest.table;

import io.latentry.core.data.ColumnType;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.NoveltyPolicy;
import io.latentry.core.data.UnseenPolicy;
import java.util.Optional;

/**
 * What a configuration says about one column; what is empty is found out from the data.
 *
 * @param type {@link ColumnType#TEXT} takes the column for texts, whatever they look like
 * @param missing empty: {@code IMPUTE} where training rows lack values, else {@code REJECT}
 * @param unseen empty: {@code OTHER}
 * @param novelty empty: {@code ANOMALY}
 */
public record ColumnChoice(
    Optional<ColumnType> type,
    Optional<MissingPolicy> missing,
    Optional<UnseenPolicy> unseen,
    Optional<NoveltyPolicy> novelty) {

  public static final ColumnChoice NONE =
      new ColumnChoice(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  public static ColumnChoice of(ColumnType type) {
    return new ColumnChoice(
        Optional.of(type), Optional.empty(), Optional.empty(), Optional.empty());
  }
}
