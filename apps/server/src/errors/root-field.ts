/** The name under which field errors speak of the input as a whole. */
export const ROOT_FIELD = 'input';
