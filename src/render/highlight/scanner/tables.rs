//! The languages the scanner reads, a table for each.

use std::sync::LazyLock;

use super::language::{Escape, Forms, Hash, Hole, Language, Names, Quote};

const KEYWORD: &str = "hl-keyword";
const TYPE: &str = "hl-type";
const CONSTANT: &str = "hl-constant";
const FUNCTION: &str = "hl-function";

pub(super) fn language(name: &str) -> Option<&'static Language> {
    let language = match name {
        "c" | "h" => &C,
        "cpp" | "c++" | "cc" | "cxx" | "hpp" | "hh" | "hxx" => &CPP,
        "cs" | "csharp" | "c#" => &CSHARP,
        "go" | "golang" => &GO,
        "java" => &JAVA,
        "kotlin" | "kt" | "kts" => &KOTLIN,
        "sql" | "mysql" | "pgsql" | "postgres" | "postgresql" | "plpgsql" | "sqlite" => &SQL,
        "swift" => &SWIFT,
        _ => return None,
    };
    Some(language)
}

const DOUBLE: Quote = Quote::new("\"", "\"");
const SINGLE: Quote = Quote::new("'", "'");
const TRIPLE: Quote = Quote::new("\"\"\"", "\"\"\"").of_lines();

const C_FORMS: Forms = Forms {
    names: Names::C,
    modifiers: &[],
    introduce: &["struct", "union", "enum"],
    line_comment: "//",
    nested_comments: false,
    quotes: &[
        Quote::new("u8\"", "\""),
        Quote::new("L\"", "\""),
        Quote::new("L'", "'"),
        DOUBLE,
        SINGLE,
    ],
    placeholders: true,
    hash: Hash::Line,
    at: None,
};

const C_KEYWORDS: &str = "alignas alignof asm auto break case const constexpr continue default do \
    else enum extern for goto if inline register restrict return sizeof static static_assert struct \
    switch thread_local typedef typeof union volatile while _Alignas _Alignof _Atomic _Generic \
    _Noreturn _Static_assert _Thread_local __asm__ __attribute__";
const C_TYPES: &str = "void char short int long float double signed unsigned bool FILE _Bool \
    _Complex";
const C_CONSTANTS: &str = "true false NULL nullptr EOF";

static C: LazyLock<Language> = LazyLock::new(|| {
    Language::new(
        C_FORMS,
        &[
            (KEYWORD, C_KEYWORDS),
            (TYPE, C_TYPES),
            (CONSTANT, C_CONSTANTS),
        ],
    )
});

static CPP: LazyLock<Language> = LazyLock::new(|| {
    const FORMS: Forms = Forms {
        modifiers: &["module", "import", "export"],
        introduce: &["struct", "union", "enum", "class", "typename", "new"],
        quotes: &[
            Quote::new("R\"", "").escaping(Escape::Nothing).of_lines(),
            Quote::new("u8\"", "\""),
            Quote::new("L\"", "\""),
            Quote::new("L'", "'"),
            DOUBLE,
            SINGLE,
        ],
        ..C_FORMS
    };
    let keywords = "and catch class co_await co_return co_yield concept const_cast consteval \
        constinit decltype delete dynamic_cast explicit final friend mutable namespace new noexcept \
        not operator or override private protected public reinterpret_cast requires static_cast \
        template this throw try typeid typename using virtual xor";
    Language::new(
        FORMS,
        &[
            (KEYWORD, C_KEYWORDS),
            (KEYWORD, keywords),
            (TYPE, C_TYPES),
            (TYPE, "char8_t char16_t char32_t wchar_t"),
            (CONSTANT, C_CONSTANTS),
        ],
    )
});

static GO: LazyLock<Language> = LazyLock::new(|| {
    const FORMS: Forms = Forms {
        names: Names::Go,
        introduce: &["type", "chan"],
        quotes: &[
            Quote::new("`", "`").escaping(Escape::Nothing).of_lines(),
            DOUBLE,
            SINGLE,
        ],
        hash: Hash::Nothing,
        ..C_FORMS
    };
    let keywords = "break case chan const continue default defer else fallthrough for func go goto \
        if import interface map package range return select struct switch type var";
    let types = "any bool byte comparable complex64 complex128 error float32 float64 int int8 int16 \
        int32 int64 rune string uint uint8 uint16 uint32 uint64 uintptr";
    Language::new(
        FORMS,
        &[
            (KEYWORD, keywords),
            (TYPE, types),
            (CONSTANT, "true false nil iota"),
        ],
    )
});

const JAVA_FORMS: Forms = Forms {
    names: Names::Java,
    modifiers: &[
        "exports", "module", "opens", "permits", "record", "requires", "sealed", "when",
    ],
    introduce: &["class", "interface", "enum", "record", "new"],
    quotes: &[TRIPLE, DOUBLE, SINGLE],
    placeholders: false,
    hash: Hash::Nothing,
    at: Some("hl-attribute"),
    ..C_FORMS
};

static JAVA: LazyLock<Language> = LazyLock::new(|| {
    let keywords = "abstract assert break case catch class const continue default do else enum \
        extends final finally for goto if implements import instanceof interface native new package \
        private protected public return static strictfp super switch synchronized this throw throws \
        transient try var volatile while yield";
    let types = "boolean byte char double float int long short void";
    Language::new(
        JAVA_FORMS,
        &[
            (KEYWORD, keywords),
            (TYPE, types),
            (CONSTANT, "true false null"),
        ],
    )
});

const CSHARP_QUOTES: &[Quote] = &[
    Quote::new("$\"\"\"", "\"\"\"")
        .escaping(Escape::Nothing)
        .with(Hole::Brace)
        .of_lines(),
    Quote::new("$@\"", "\"")
        .escaping(Escape::Doubled)
        .with(Hole::Brace)
        .of_lines(),
    Quote::new("@$\"", "\"")
        .escaping(Escape::Doubled)
        .with(Hole::Brace)
        .of_lines(),
    Quote::new("$\"", "\"").with(Hole::Brace),
    Quote::new("@\"", "\"").escaping(Escape::Doubled).of_lines(),
    TRIPLE.escaping(Escape::Nothing),
    DOUBLE,
    SINGLE,
];

static CSHARP: LazyLock<Language> = LazyLock::new(|| {
    const FORMS: Forms = Forms {
        names: Names::CSharp,
        modifiers: &[
            "by", "equals", "file", "from", "global", "group", "into", "join", "let", "on",
            "orderby", "partial", "record", "required", "select", "when", "where",
        ],
        introduce: &[
            "as",
            "class",
            "enum",
            "interface",
            "is",
            "new",
            "record",
            "struct",
        ],
        quotes: CSHARP_QUOTES,
        hash: Hash::Line,
        at: None,
        ..JAVA_FORMS
    };
    let keywords = "abstract as async await base break case catch checked class const continue default delegate \
        do else enum event explicit extern finally fixed for foreach get goto if implicit in init \
        interface internal is lock nameof namespace new not operator out override params private \
        protected public readonly ref return sealed set sizeof stackalloc static struct switch this \
        throw try typeof unchecked unsafe using var virtual volatile while yield";
    let types = "bool byte char decimal double dynamic float int long nint nuint object sbyte short \
        string uint ulong ushort void";
    Language::new(
        FORMS,
        &[
            (KEYWORD, keywords),
            (TYPE, types),
            (CONSTANT, "true false null"),
        ],
    )
});

static KOTLIN: LazyLock<Language> = LazyLock::new(|| {
    const FORMS: Forms = Forms {
        modifiers: &[
            "annotation",
            "by",
            "companion",
            "crossinline",
            "data",
            "enum",
            "infix",
            "inline",
            "inner",
            "lateinit",
            "noinline",
            "open",
            "operator",
            "out",
            "reified",
            "sealed",
            "suspend",
            "tailrec",
            "value",
            "where",
        ],
        introduce: &["class", "interface", "object", "typealias"],
        nested_comments: true,
        quotes: &[
            TRIPLE.escaping(Escape::Nothing).with(Hole::Dollar),
            DOUBLE.with(Hole::Dollar),
            SINGLE,
        ],
        ..JAVA_FORMS
    };
    let keywords = "abstract actual as break catch class const constructor continue do else expect \
        external final finally for fun if import in init interface internal is object override \
        package private protected public return super this throw try typealias typeof val var vararg \
        when while";
    Language::new(FORMS, &[(KEYWORD, keywords), (CONSTANT, "true false null")])
});

static SWIFT: LazyLock<Language> = LazyLock::new(|| {
    const FORMS: Forms = Forms {
        modifiers: &[
            "any",
            "convenience",
            "dynamic",
            "final",
            "indirect",
            "isolated",
            "lazy",
            "left",
            "mutating",
            "nonisolated",
            "nonmutating",
            "open",
            "optional",
            "override",
            "postfix",
            "precedence",
            "prefix",
            "required",
            "right",
            "some",
            "unowned",
            "weak",
        ],
        introduce: &[
            "actor",
            "class",
            "enum",
            "extension",
            "protocol",
            "struct",
            "typealias",
        ],
        nested_comments: true,
        quotes: &[
            Quote::new("#\"", "\"#").escaping(Escape::Nothing),
            TRIPLE.with(Hole::Parenthesis),
            DOUBLE.with(Hole::Parenthesis),
        ],
        hash: Hash::Word,
        ..JAVA_FORMS
    };
    let keywords = "actor as associatedtype async await break case catch class continue default defer \
        deinit do else enum extension fallthrough fileprivate for func get guard if import in init \
        inout internal is let operator private protocol public repeat rethrows return self Self set \
        static struct subscript super switch throw throws try typealias var where while willSet \
        didSet";
    Language::new(FORMS, &[(KEYWORD, keywords), (CONSTANT, "true false nil")])
});

static SQL: LazyLock<Language> = LazyLock::new(|| {
    const FORMS: Forms = Forms {
        names: Names::Sql,
        introduce: &[
            "from",
            "into",
            "join",
            "on",
            "references",
            "table",
            "update",
            "view",
            "with",
        ],
        line_comment: "--",
        quotes: &[
            Quote::new("E'", "'").of_lines(),
            SINGLE.escaping(Escape::Doubled).of_lines(),
            DOUBLE.escaping(Escape::Doubled),
            Quote::new("`", "`").escaping(Escape::Nothing),
        ],
        placeholders: false,
        hash: Hash::Nothing,
        at: Some("hl-variable"),
        ..C_FORMS
    };
    let keywords = "add after all alter analyze and any as asc authorization auto_increment \
        autoincrement backup before begin between by cascade case cast check column comment commit \
        concurrently conflict constraint create cross current cursor database declare default \
        deferrable deferred delete desc describe distinct do drop each else elsif end escape except \
        exec execute exists explain extension fetch filter first following for foreign from full \
        function generated grant group having if ignore ilike immutable in index inner insert \
        instead intersect into is isolation isnull join key language last lateral left level like \
        limit lock loop match materialized merge natural next no not nothing notnull nulls of offset \
        on only or order outer over partition plan policy pragma preceding primary privileges \
        procedure query raise range recursive references refresh release rename replace restrict \
        return returning returns revoke right role rollback row rows savepoint schema select \
        sequence serializable set show similar some stable start strict table tablespace temp \
        temporary then ties to top transaction trigger truncate unbounded union unique unlogged \
        update use using vacuum values view volatile when where while window with without";
    let types = "array bigint bigserial binary bit blob bool boolean bytea char character cidr clob \
        date datetime decimal double enum float inet int int2 int4 int8 integer interval json jsonb \
        mediumint mediumtext money nchar number numeric nvarchar precision real serial smallint \
        smallserial text time timestamp timestamptz tinyint tsquery tsvector uuid varbinary varchar \
        varchar2 xml";
    let constants = "true false null current_date current_time current_timestamp current_user";
    let functions = "coalesce nullif";
    Language::new(
        FORMS,
        &[
            (KEYWORD, keywords),
            (TYPE, types),
            (CONSTANT, constants),
            (FUNCTION, functions),
        ],
    )
});
