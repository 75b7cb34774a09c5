// A module in Go on its standard streams: the generated protobuf classes, and what stands here.
package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"log"
	"os"
	"strings"
	"sync"

	pb "echo/stoav1"

	"google.golang.org/protobuf/proto"
)

const preface, mostBytes, partBytes = "STOA1\n", 1 << 20, 256 << 10

var methods = map[string]int{"echo": 1, "add": 2, "upper": 1, "count": 1, "fail": 1} // how many arguments each takes

// call is one of the host's that has not ended.
type call struct {
	id       uint64
	method   string
	argument []byte
	credit   chan int      // what the caller takes more
	stop     chan struct{} // closed when nobody wants it any more
}

type module struct {
	sync.Mutex
	out  *bufio.Writer
	open map[uint64]*call
}

// send writes a frame. A last one ends its call, unless that is over.
func (m *module) send(id uint64, last bool, frame *pb.Frame) {
	frame.Call = id
	bytes, err := proto.Marshal(frame)
	if err != nil {
		log.Fatal(err)
	}
	m.Lock()
	defer m.Unlock()
	if id != 0 && m.open[id] == nil {
		return
	}
	if last {
		delete(m.open, id)
	}
	m.out.Write(binary.AppendUvarint(nil, uint64(len(bytes))))
	m.out.Write(bytes)
	m.out.Flush()
}

func (m *module) fail(id uint64, code pb.FailureCode, message string, thrown *pb.Thrown) {
	m.send(id, true, &pb.Frame{Body: &pb.Frame_Failed{Failed: &pb.Failed{Code: code, Message: message, Thrown: thrown}}})
}

// returned sends a result, a large one in parts. Without the feature `large-payloads` it may have 1 MiB.
func (m *module) returned(id uint64, value *pb.Value) {
	rest, err := proto.Marshal(value)
	if err != nil {
		log.Fatal(err)
	}
	for first := true; first || len(rest) > 0; first = false {
		piece := rest[:min(len(rest), partBytes)]
		rest = rest[len(piece):]
		more := len(rest) > 0
		if first {
			m.send(id, !more, &pb.Frame{Body: &pb.Frame_Returned{Returned: &pb.Returned{More: more, Payload: piece}}})
		} else {
			m.send(id, !more, &pb.Frame{Body: &pb.Frame_Part{Part: &pb.Part{More: more, Payload: piece}}})
		}
	}
}

func integer(n int64) *pb.Value { return &pb.Value{Kind: &pb.Value_Int{Int: n}} }

// run answers a call, on a goroutine of its own.
func (m *module) run(c *call, credit int) {
	var given pb.Arguments
	if err := proto.Unmarshal(c.argument, &given); err != nil {
		m.fail(c.id, pb.FailureCode_BAD_ARGUMENT, "The argument cannot be read: "+err.Error()+".", nil)
		return
	}
	number, known := methods[c.method]
	if !known {
		m.fail(c.id, pb.FailureCode_NO_SUCH_METHOD, fmt.Sprintf("The module has no method `%s`.", c.method), nil)
		return
	}
	if len(given.Positional) != number || len(given.Named) > 0 {
		m.fail(c.id, pb.FailureCode_BAD_ARGUMENT, fmt.Sprintf("`%s` takes %d arguments, by position.", c.method, number), nil)
		return
	}
	first := given.Positional[0]
	switch c.method {
	case "echo":
		m.returned(c.id, first)
	case "add":
		m.returned(c.id, integer(first.GetInt()+given.Positional[1].GetInt()))
	case "upper":
		m.returned(c.id, &pb.Value{Kind: &pb.Value_Text{Text: strings.ToUpper(first.GetText())}})
	case "fail":
		m.fail(c.id, pb.FailureCode_THREW, "Error: "+first.GetText(), &pb.Thrown{Type: "Error", Message: first.GetText()})
	case "count":
		m.count(c, first.GetInt(), credit)
	}
}

// count streams the numbers below n as the caller takes them.
func (m *module) count(c *call, n int64, credit int) {
	if n <= 0 { // then the caller could not tell that it is a stream
		m.send(c.id, false, &pb.Frame{Body: &pb.Frame_End{End: &pb.End{}}})
	}
	for i := int64(0); i < n; i, credit = i+1, credit-1 {
		for credit == 0 {
			select {
			case more := <-c.credit:
				credit += more
			case <-c.stop:
				return
			}
		}
		payload, _ := proto.Marshal(integer(i))
		m.send(c.id, false, &pb.Frame{Body: &pb.Frame_Item{Item: &pb.Item{Payload: payload}}})
	}
	m.returned(c.id, &pb.Value{})
}

// take handles a frame of the host. False: it was the last.
func (m *module) take(frame *pb.Frame) bool {
	m.Lock()
	c := m.open[frame.Call]
	m.Unlock()
	switch body := frame.Body.(type) {
	case *pb.Frame_Hello:
		info := &pb.ModuleInfo{Name: os.Getenv("STOA_MODULE"), Language: "go"}
		for name := range methods {
			info.Methods = append(info.Methods, &pb.MethodInfo{Name: name, Streams: name == "count"})
		}
		m.send(0, false, &pb.Frame{Body: &pb.Frame_Welcome{Welcome: &pb.Welcome{Protocol: 1, Module: info}}})
	case *pb.Frame_Invoke:
		invoke := body.Invoke
		c = &call{frame.Call, invoke.Method, invoke.Argument, make(chan int, 1024), make(chan struct{})}
		m.Lock()
		m.open[frame.Call] = c
		m.Unlock()
		if invoke.GetObject() != nil || invoke.Streams || len(invoke.References) > 0 {
			m.fail(c.id, pb.FailureCode_UNSUPPORTED, "This module takes plain calls only.", nil)
		} else if !invoke.More {
			go m.run(c, int(invoke.Credit))
		}
	case *pb.Frame_Part:
		if c != nil {
			c.argument = append(c.argument, body.Part.Payload...)
			if !body.Part.More {
				go m.run(c, 32)
			}
		}
	case *pb.Frame_Credit:
		if c != nil {
			c.credit <- int(body.Credit.Items)
		}
	case *pb.Frame_Cancel:
		if c != nil {
			close(c.stop)
			m.fail(c.id, pb.FailureCode_CANCELLED, "It was cancelled: "+body.Cancel.Reason, nil)
		}
	case *pb.Frame_Ping:
		m.send(0, false, &pb.Frame{Body: &pb.Frame_Pong{Pong: &pb.Pong{Nonce: body.Ping.Nonce}}})
	case *pb.Frame_Goodbye:
		return false
	}
	return true
}

func main() {
	m := &module{out: bufio.NewWriter(os.Stdout), open: map[uint64]*call{}}
	m.out.WriteString(preface)
	m.out.Flush()
	os.Stdout = os.Stderr // prints must not get between the frames
	in := bufio.NewReader(os.Stdin)
	if _, err := io.ReadFull(in, make([]byte, len(preface))); err != nil {
		return
	}
	for {
		size, err := binary.ReadUvarint(in)
		if err != nil || size > mostBytes {
			return
		}
		bytes := make([]byte, size)
		frame := &pb.Frame{}
		if _, err := io.ReadFull(in, bytes); err != nil {
			return
		}
		if err := proto.Unmarshal(bytes, frame); err != nil {
			log.Fatal(err)
		}
		if !m.take(frame) {
			return
		}
	}
}
