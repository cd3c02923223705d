pub struct DocumentStream;
