// The bench beside a demo booth: cards to put in and pull, the line to the centre, a round. Never part of a real booth.
import QtQuick

Window {
    id: panel
    required property QtObject bench

    readonly property color ground: "#1E2226"
    readonly property color raised: "#2D3339"
    readonly property color ink: "#E6EAEE"
    readonly property color quiet: "#B3B9BF"
    readonly property color strong: "#A9C3E6"

    title: "Πάγκος δοκιμών"
    visible: true
    width: 460
    height: 1080
    minimumHeight: 600
    color: ground

    component Line: Text {
        color: panel.ink
        font.pixelSize: 18
        wrapMode: Text.Wrap
        width: parent ? parent.width : 0
    }

    component Press: Rectangle {
        id: press
        property string text
        property bool lit: false
        signal pressed
        width: parent ? parent.width : 0
        height: 48
        radius: 8
        opacity: enabled ? 1 : 0.4
        color: lit ? panel.strong : panel.raised
        border.color: panel.quiet
        Text {
            anchors.centerIn: parent
            text: press.text
            color: press.lit ? panel.ground : panel.ink
            font.pixelSize: 18
        }
        TapHandler { onTapped: press.pressed() }
    }

    Column {
        id: top
        anchors { left: parent.left; right: parent.right; top: parent.top; margins: 16 }
        spacing: 6
        Line { text: "Πάγκος δοκιμών"; font.pixelSize: 24; font.bold: true }
        Line { text: "Αγγίξτε μία κάρτα για να μπει στον αναγνώστη."; color: panel.quiet; font.pixelSize: 16 }
    }

    // Pages of whole cards: none is cut, and a count says how many there are.
    Item {
        id: cards
        objectName: "cards"
        readonly property int spacing: 6
        readonly property int cardHeight: 78
        readonly property int turningHeight: 44
        readonly property int count: drawn.count
        readonly property int all: fitting(height)
        // Where they do not all fit, a row of two presses and a count takes its room.
        readonly property int perPage: all >= count ? Math.max(1, count) : Math.max(1, fitting(height - turningHeight - spacing))
        readonly property int pages: Math.ceil(count / perPage)
        property int page: 0
        onPagesChanged: page = Math.min(page, pages - 1)

        function fitting(room) { return Math.floor((room + spacing) / (cardHeight + spacing)) }

        anchors { left: parent.left; right: parent.right; top: top.bottom; bottom: foot.top; margins: 16; topMargin: 10; bottomMargin: 10 }

        Column {
            width: parent.width
            spacing: cards.spacing
            Repeater {
                id: drawn
                model: panel.bench.cards
                delegate: Rectangle {
                    id: row
                    required property var modelData
                    required property int index
                    readonly property bool inside: panel.bench.inside === index
                    readonly property color writing: inside ? panel.ground : panel.ink
                    readonly property color small: inside ? panel.ground : panel.quiet
                    objectName: "card"
                    visible: Math.floor(index / cards.perPage) === cards.page
                    width: cards.width
                    height: cards.cardHeight
                    radius: 8
                    color: inside ? panel.strong : panel.raised
                    border.color: panel.quiet
                    Line {
                        id: pin
                        anchors { right: parent.right; verticalCenter: parent.verticalCenter; rightMargin: 12 }
                        width: implicitWidth
                        wrapMode: Text.NoWrap
                        text: "PIN " + row.modelData.pin
                        color: row.inside ? panel.ground : panel.strong
                    }
                    Column {
                        anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter; leftMargin: 12; rightMargin: 12 }
                        Line {
                            text: row.modelData.label
                            font { pixelSize: 17; bold: true }
                            wrapMode: Text.NoWrap
                            elide: Text.ElideRight
                            color: row.writing
                        }
                        Line { width: parent.width - pin.width - 8; text: row.modelData.english; font.pixelSize: 14; elide: Text.ElideRight; wrapMode: Text.NoWrap; color: row.small }
                        Line {
                            text: row.modelData.number + (row.modelData.blockCode ? " · κωδικός κλειδώματος " + row.modelData.blockCode : "")
                            font.pixelSize: 15
                            wrapMode: Text.NoWrap
                            color: row.small
                        }
                    }
                    TapHandler { onTapped: row.inside ? panel.bench.pull() : panel.bench.insert(row.index) }
                }
            }
        }

        Row {
            id: turning
            objectName: "turning"
            anchors { left: parent.left; right: parent.right; bottom: parent.bottom }
            visible: cards.pages > 1
            height: cards.turningHeight
            spacing: 8
            Press { objectName: "before"; width: 64; height: parent.height; text: "↑"; enabled: cards.page > 0; onPressed: cards.page -= 1 }
            Line {
                width: parent.width - 2 * 64 - 2 * parent.spacing
                height: parent.height
                horizontalAlignment: Text.AlignHCenter
                verticalAlignment: Text.AlignVCenter
                font.pixelSize: 16
                color: panel.quiet
                readonly property int first: cards.page * cards.perPage + 1
                readonly property int last: Math.min(cards.count, first + cards.perPage - 1)
                text: (first === last ? "κάρτα " + first : "κάρτες " + first + "–" + last) + " από " + cards.count
            }
            Press { objectName: "after"; width: 64; height: parent.height; text: "↓"; enabled: cards.page < cards.pages - 1; onPressed: cards.page += 1 }
        }
    }

    Column {
        id: foot
        anchors { left: parent.left; right: parent.right; bottom: parent.bottom; margins: 16 }
        spacing: 6
        Row {
            width: parent.width
            spacing: foot.spacing
            Press {
                width: (parent.width - parent.spacing) / 2
                text: "Τραβήξτε την κάρτα"
                onPressed: panel.bench.pull()
            }
            Press {
                width: (parent.width - parent.spacing) / 2
                text: panel.bench.plugged ? "Βγάλτε τα ακουστικά" : "Βάλτε ακουστικά"
                lit: panel.bench.plugged
                onPressed: panel.bench.plug(!panel.bench.plugged)
            }
        }
        Row {
            width: parent.width
            spacing: foot.spacing
            Press {
                width: (parent.width - parent.spacing) / 2
                text: panel.bench.cut ? "Ενώστε τη γραμμή" : "Κόψτε τη γραμμή"
                lit: panel.bench.cut
                onPressed: panel.bench.cutLine(!panel.bench.cut)
            }
            Press {
                width: (parent.width - parent.spacing) / 2
                text: "Συγχρονισμός τώρα"
                onPressed: panel.bench.sync()
            }
        }
        Line { text: panel.bench.said; visible: text !== ""; color: panel.quiet; font.pixelSize: 15 }
        Line {
            text: panel.bench.elsewhere
                ? "Στη διεύθυνση των χαρτιών, " + panel.bench.elsewhere + ", απαντά άλλο πρόγραμμα: οι κωδικοί QR δεν οδηγούν εδώ."
                : "Οι κωδικοί QR οδηγούν εδώ (αγγίξτε για να ανοίξει):"
            color: panel.quiet
            font.pixelSize: 15
        }
        Repeater {
            model: panel.bench.addresses
            delegate: Column {
                id: address
                required property var modelData
                width: foot.width
                Line { visible: panel.height >= 800; text: address.modelData.words; color: panel.quiet; font.pixelSize: 13 }
                Line {
                    text: address.modelData.url
                    color: panel.strong
                    font { pixelSize: 14; underline: true }
                    wrapMode: Text.WrapAnywhere
                }
                TapHandler { onTapped: panel.bench.open(address.modelData.url) }
            }
        }
    }
}
