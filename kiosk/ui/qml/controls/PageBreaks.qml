// Where pages begin and end: no line of text, no picture and nothing to press is cut, and no heading is left behind.
import QtQuick
import "../theme"

QtObject {
    id: breaks
    // What is paged, how high a page is, and how far shadows and rings reach beyond what throws them.
    required property Item holder
    required property real room
    required property real bleed
    property var starts: [0]
    property var ends: [0]
    readonly property real total: ends[ends.length - 1]
    readonly property int count: starts.length

    // What is no higher than this stays in one piece, whatever it is made of.
    readonly property real small: Theme.px(124)
    readonly property real most: room - bleed

    function measure() {
        const pieces = [];
        gather(holder, pieces);
        tieHeadings(pieces);
        const last = pieces.reduce((lowest, piece) => Math.max(lowest, piece.bottom), 0);
        divide(pieces, Math.min(last + bleed, holder.height));
    }
    function divide(pieces, end) {
        const begun = [0];
        const ended = [];
        while (begun[begun.length - 1] + room < end - 1) {
            const start = begun[begun.length - 1];
            const gap = gapAt(pieces, above(pieces, start, start + room));
            ended.push(Math.min(start + room, gap.end));
            begun.push(Math.max(gap.start, start + bleed));
        }
        ended.push(end);
        // The last page is filled from its end: none is nearly empty.
        if (begun.length > 1)
            begun.push(Math.min(begun.pop(), Math.max(end - room, gapAt(pieces, below(pieces, end - room)).start)));
        starts = begun;
        ends = ended;
    }
    // The last clean place at or above `place`; `place` itself where something is as high as the whole page.
    function above(pieces, start, place) {
        let clean = place;
        for (const piece of pieces.slice().sort((one, other) => other.bottom - one.bottom))
            if (crosses(piece, clean))
                clean = piece.top;
        return clean > start + 2 * bleed ? clean : place;
    }
    // The first clean place at or below `place`.
    function below(pieces, place) {
        let clean = place;
        for (const piece of pieces.slice().sort((one, other) => one.top - other.top))
            if (crosses(piece, clean))
                clean = piece.bottom;
        return clean;
    }
    function crosses(piece, place) {
        return piece.top < place - 0.5 && piece.bottom > place + 0.5;
    }
    // The page before ends, and the next begins, a little within the empty space around a place.
    function gapAt(pieces, place) {
        let before = 0;
        let after = place + bleed;
        for (const piece of pieces) {
            if (crosses(piece, place))
                return { end: place, start: place };
            if (piece.bottom <= place + 0.5)
                before = Math.max(before, piece.bottom);
        }
        const following = pieces.filter(piece => piece.top >= place - 0.5).map(piece => piece.top);
        if (following.length)
            after = Math.min(...following);
        const edge = Math.min(bleed, (after - before) / 2);
        return { end: Math.round(before + edge), start: Math.round(after - edge) };
    }
    // Everything below `item` that must stay whole.
    function gather(item, pieces) {
        for (const child of item.children) {
            if (!child.visible || child.height <= 0)
                continue;
            const piece = pieceOf(child);
            const whole = child.pressable === true || child.whole === true || child.source !== undefined || child.height <= small;
            if (whole && child.height <= most)
                pieces.push(piece);
            else if (child.lineCount !== undefined)
                addLines(child, piece, pieces);
            else
                addInside(child, piece, pieces);
        }
    }
    function pieceOf(item) {
        const place = item.mapToItem(holder, 0, 0);
        return {
            top: place.y,
            bottom: place.y + item.height,
            left: place.x,
            right: place.x + item.width,
            heading: item.role === "h1" || item.role === "h2"
        };
    }
    function addLines(text, piece, pieces) {
        const high = text.contentHeight / Math.max(1, text.lineCount);
        for (let line = 0; line < text.lineCount; line++) {
            const top = piece.top + line * high;
            pieces.push(Object.assign({}, piece, { top: top, bottom: top + high }));
        }
    }
    // The edge of a card stays with the first and the last thing in it.
    function addInside(item, piece, pieces) {
        const inside = [];
        gather(item, inside);
        if (item.edgeWidth !== undefined && inside.length) {
            const first = inside.reduce((one, other) => other.top < one.top ? other : one);
            const last = inside.reduce((one, other) => other.bottom > one.bottom ? other : one);
            if (first.bottom - piece.top <= most)
                first.top = piece.top;
            if (piece.bottom - last.top <= most)
                last.bottom = piece.bottom;
        }
        pieces.push(...inside);
    }
    // A heading and what follows it closely in its column are one piece.
    function tieHeadings(pieces) {
        for (const heading of pieces.filter(piece => piece.heading)) {
            const following = pieces.filter(piece => piece.top >= heading.bottom - 0.5 && piece.left < heading.right && piece.right > heading.left);
            const next = following.reduce((one, other) => one && one.top <= other.top ? one : other, null);
            if (next && next.top - heading.bottom <= Theme.space(3) && next.bottom - heading.top <= most)
                heading.bottom = next.bottom;
        }
    }
}
