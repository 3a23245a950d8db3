Feature: Orders

  Scenario Outline: An order of <quantity> apples is accepted and is number 1
    When <quantity> apple is ordered
    Then the response is 201
    And the orders are:
      | id | quantity   | state |
      | 1  | <quantity> | open  |

    Examples:
      | quantity |
      | 1        |
      | 2        |
      | 3        |
      | 4        |
      | 5        |
      | 6        |
      | 7        |
      | 8        |
      | 9        |
      | 10       |

  Scenario Outline: The stock of <stock> pears can be ordered once
    Given a stock of <stock> pears
    When <stock> pear is ordered
    Then the response is 201
    And 0 pear is in stock
    When 1 pear is ordered
    Then the response is 409

    Examples:
      | stock |
      | 1     |
      | 2     |
      | 50    |

  Scenario Outline: <quantity> of <product> cannot be ordered
    When <quantity> <product> is ordered
    Then the response is <status>
    And the list of orders is empty
    And the list of stock-changes is empty

    Examples:
      | quantity | product | status |
      | 11       | apple   | 409    |
      | 2        | pear    | 409    |
      | 1        | plum    | 409    |
      | 0        | apple   | 422    |
      | -1       | apple   | 422    |
      | 1        | melon   | 404    |

  Scenario: Orders are numbered from 1
    When 1 apple is ordered
    And 2 apple is ordered
    Then the orders are:
      | id | quantity | state |
      | 1  | 1        | open  |
      | 2  | 2        | open  |

  Scenario: A cancelled order returns to stock
    When 4 apple is ordered
    And order 1 is cancelled
    Then the response is 204
    And 10 apple is in stock
    And the orders are:
      | id | quantity | state     |
      | 1  | 4        | cancelled |

  Scenario: An order is cancelled only once
    When 4 apple is ordered
    And order 1 is cancelled
    And order 1 is cancelled
    Then the response is 404
    And 10 apple is in stock

  Scenario: An order that does not exist cannot be cancelled
    When order 1 is cancelled
    Then the response is 404

  @fresh-schema
  Scenario: A scenario with its tag may change the structure
    When the structure is changed
    And 1 apple is ordered
    Then the orders are:
      | id | quantity | state |
      | 1  | 1        | open  |
