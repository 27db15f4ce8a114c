import { useState } from 'preact/hooks';

/** A file's name and text. */
export interface DroppedFile {
  readonly name: string;
  readonly content: string;
}

interface FileDropProps {
  readonly file: DroppedFile | undefined;
  readonly onFile: (file: DroppedFile) => void;
}

/** Somewhere to drop a CSV file, or to choose one. */
export function FileDrop({ file, onFile }: FileDropProps) {
  const [over, setOver] = useState(false);
  const take = async (given: File | undefined): Promise<void> => {
    if (given) onFile({ name: given.name, content: await given.text() });
  };
  return (
    <label
      class={`drop-zone notice ${over ? 'over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void take(event.dataTransfer?.files[0]);
      }}
    >
      <strong>{file?.name ?? 'Drop a CSV file here, or choose one'}</strong>
      <span>
        {file === undefined
          ? 'A header, a time column and a column for each series; 10 MB at most'
          : `${file.content.split('\n').length.toLocaleString('en')} lines`}
      </span>
      <input
        type="file"
        accept=".csv,text/csv,text/plain"
        onChange={({ currentTarget: { files } }) => void take(files?.[0])}
      />
    </label>
  );
}
