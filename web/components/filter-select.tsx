import { Select } from "@mantine/core";

/** Narrows a list by one of a few; "any" is the first choice. */
export function FilterSelect<Value extends string>(props: {
  label: string;
  any: string;
  value: Value | undefined;
  options: readonly { value: Value; label: string }[];
  onChange: (value: Value | undefined) => void;
}) {
  return (
    <Select
      label={props.label}
      placeholder={props.any}
      data={[...props.options]}
      value={props.value ?? null}
      onChange={(value) => props.onChange((value as Value | null) ?? undefined)}
      clearable
      clearButtonProps={{ "aria-label": props.any }}
      w={{ base: "100%", xs: 220 }}
    />
  );
}
