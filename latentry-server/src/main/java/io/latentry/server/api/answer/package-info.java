/**
 * The forms that verdicts go out in: one JSON document, or a table. Start at {@link
 * io.latentry.server.api.answer.AnswerForm}.
 */
@NullMarked
package io.latentry.server.api.answer;

import org.jspecify.annotations.NullMarked;
