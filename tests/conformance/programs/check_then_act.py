"""Two customers, one ticket: both may see it."""

from multiprocessing import Array, Process, Value


def buy(stock, sold, who):
    if stock.value > 0:
        stock.value -= 1
        sold[who] = 1


def main():
    stock, sold = Value("i", 1), Array("i", 2)
    children = [Process(target=buy, args=(stock, sold, who)) for who in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return [stock.value, list(sold)]
