package io.latentry.pipeline.repair;

import java.util.List;
import java.util.Map;

/**
 * What a repair did.
 *
 * @param rows written
 * @param changedRows rows with at least one changed cell
 * @param cells changed cells by reason
 * @param byColumn changed cells by column
 * @param anomalous rows that are anomalies still: no few cells were found that make them so
 * @param left missing cells that no value can be written for: moments, and rows with nothing else
 * @param unreadable rows that nothing was written of
 * @param examples the first changed cells
 */
public record RepairOutcome(
    long rows,
    long changedRows,
    Map<RepairedCell.Reason, Long> cells,
    Map<String, Long> byColumn,
    long anomalous,
    long left,
    long unreadable,
    List<RepairedCell> examples) {}
