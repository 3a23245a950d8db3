Feature: Sales

  Scenario: Nothing has been sold at the beginning
    Then the list of sales is empty
    And the products are:
      | name  | price | stock |
      | apple | 30    | 10    |
      | pear  | 50    | 1     |
      | plum  | 20    | 0     |

  Scenario Outline: The amount of <quantity> apples
    When <quantity> apple is ordered
    Then the sales are:
      | name  | quantity   | amount   |
      | apple | <quantity> | <amount> |

    Examples:
      | quantity | amount |
      | 1        | 30     |
      | 2        | 60     |
      | 5        | 150    |
      | 10       | 300    |

  Scenario: Sales are summed for each product
    When 2 apple is ordered
    And 3 apple is ordered
    And 1 pear is ordered
    Then the sales are:
      | name  | quantity | amount |
      | apple | 5        | 150    |
      | pear  | 1        | 50     |

  Scenario: A cancelled order is not a sale
    When 2 apple is ordered
    And order 1 is cancelled
    Then the list of sales is empty

  Scenario: Each change of the stock is recorded
    When 2 apple is ordered
    And order 1 is cancelled
    Then the stock-changes are:
      | id | product | change |
      | 1  | apple   | -2     |
      | 2  | apple   | 2      |

  Scenario: The history begins with number 1 in each scenario
    When 1 pear is ordered
    Then the stock-changes are:
      | id | product | change |
      | 1  | pear    | -1     |
