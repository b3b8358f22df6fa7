/**
 * Images in the body of a request, and the verdicts on them.
 *
 * <p>Start at {@link io.latentry.server.api.image.ImageScoring}: it takes the files out of a body
 * ({@code SentImage}), decodes them as every other door does, and has them judged; {@code
 * ImageAnswer} writes what was found.
 */
@NullMarked
package io.latentry.server.api.image;

import org.jspecify.annotations.NullMarked;
